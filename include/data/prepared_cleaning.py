"""Prepared cleaning: the steps of a spec as one statement that DuckDB has planned before the first row arrives.

Planning takes a hundred times as long as cleaning a row, so requests of the service share one plan. The query is the
chain that a snapshot goes through, over columns of the same types.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import duckdb

from include.data.engine import identifier, literal, open_engine
from include.data.frame_rows import POSITION, kind_for_steps
from include.data.steps.chain import RAW, Chain, chain_of
from include.data.steps.change import NOTHING
from include.domain.errors import DataError
from include.domain.references import Column
from include.domain.spec import ModelSpec

_NAME = "clean_rows"
_ROWS = "rows"


class PreparedCleaning:
    """The cleaning steps of a spec over raw columns of certain types.

    Parameters
    ----------
    spec : ModelSpec
        As the model was trained.
    kinds : mapping of str to str
        Types under which steps see the raw columns (:func:`raw_kinds`).
    wanted : sequence of str
        Clean columns to return, in this order.

    Raises
    ------
    DataError
        Where a step asks for a column that is not there, or a wanted one is not made.
    """

    def __init__(self, spec: ModelSpec, kinds: Mapping[str, str], wanted: Sequence[str]) -> None:
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._connection = self._stack.enter_context(open_engine(keeps_order=True))
        try:
            # A second thread costs more than it brings for rows that arrive by the dozen.
            self._connection.execute("SET threads = 1")
            chain = _composed(self._connection, spec, kinds, wanted)
            self.kinds = {name: chain.columns[name] for name in wanted}
            self._names = tuple(kinds)
            self._connection.execute(f"PREPARE {_NAME} AS {_statement(chain, kinds, wanted)}")
        except BaseException:
            self._stack.close()
            raise

    def clean(self, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """Return clean rows, in the order of the raw ones.

        Parameters
        ----------
        rows : sequence of sequence
            Values of the raw columns in the order of `kinds`; moments are text as ISO 8601 writes it, in UTC.

        Returns
        -------
        list of tuple
            The wanted columns: None where a value is missing, moments without a zone.

        Raises
        ------
        duckdb.Error
            Where a step cannot do what it says; :func:`include.data.cleaning.clean_frame` says which row and why.
        """
        given = [dict(zip((POSITION, *self._names), (at, *row), strict=True)) for at, row in enumerate(rows)]
        text = literal(json.dumps(given, allow_nan=False, separators=(",", ":")))
        with self._lock:
            return self._connection.execute(f"EXECUTE {_NAME}({text})").fetchall()


def raw_kinds(columns: Collection[Column]) -> dict[str, str]:
    """Return the types under which steps see raw columns, as :func:`include.data.cleaning.clean_frame` does.

    Examples
    --------
    >>> raw_kinds([Column(name="age", type="BIGINT", nulls=3), Column(name="born", type="DATE", nulls=0)])
    {'age': 'DOUBLE', 'born': 'TIMESTAMP'}
    """
    return {column.name: kind_for_steps(column, -1, {}) for column in columns}


def needed_columns(spec: ModelSpec, kinds: Mapping[str, str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the raw columns without which the steps of a spec do not make the wanted columns."""
    with open_engine() as connection:
        return tuple(name for name in kinds if not _goes(connection, spec, kinds, wanted, without=name))


def _goes(
    connection: duckdb.DuckDBPyConnection,
    spec: ModelSpec,
    kinds: Mapping[str, str],
    wanted: Sequence[str],
    *,
    without: str,
) -> bool:
    try:
        _composed(connection, spec, {name: kind for name, kind in kinds.items() if name != without}, wanted)
    except DataError:
        return False
    return True


def _composed(
    connection: duckdb.DuckDBPyConnection, spec: ModelSpec, kinds: Mapping[str, str], wanted: Sequence[str]
) -> Chain:
    listed = ", ".join(
        [f"{identifier(POSITION)} UBIGINT", *(f"{identifier(n)} {k}" for n, k in kinds.items() if k != NOTHING)]
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {RAW} ({listed})")
    chain = chain_of(connection, spec, kinds, (POSITION,), to_score=True)
    missing = [name for name in wanted if name not in chain.columns]
    if missing:
        raise DataError(f"the cleaning steps make no column {missing[0]!r}")
    return chain


def _statement(chain: Chain, kinds: Mapping[str, str], wanted: Sequence[str]) -> str:
    shape = json.dumps([{POSITION: "UBIGINT", **kinds}])
    given = f"SELECT unnest(from_json(CAST($1 AS VARCHAR), {literal(shape)})) AS {_ROWS}"
    values = [f"{_canonical(name, kind)} AS {identifier(name)}" for name, kind in kinds.items()]
    raw = ", ".join([f"{_ROWS}.{identifier(POSITION)} AS {identifier(POSITION)}", *values])
    listed = ", ".join(identifier(name) for name in wanted) or "NULL"
    order = f"ORDER BY {identifier(POSITION)}"
    return f"WITH {RAW} AS (SELECT {raw} FROM ({given})) SELECT {listed} FROM ({chain.query}) {order}"


def _canonical(name: str, kind: str) -> str:
    value = f"{_ROWS}.{identifier(name)}"
    if kind == "DOUBLE":
        return f"CASE WHEN {value} = 0 THEN 0 ELSE {value} END"
    return f"CASE WHEN {value} <> '' THEN {value} END" if kind == "VARCHAR" else value
