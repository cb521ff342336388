"""The chain of cleaning steps as one query, the same text over a stored snapshot and over a frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from include.data.column_types import canonical_type
from include.data.engine import identifier
from include.data.sources.column_names import check_names
from include.data.steps.calendar_step import calendar
from include.data.steps.change import Change, Columns
from include.data.steps.formula_steps import derive, label
from include.data.steps.lag_step import lag
from include.data.steps.parsing_steps import parse_date, parse_number
from include.data.steps.stage import KEPT, Stage
from include.data.steps.text_steps import map_values, trim
from include.domain.errors import DataError
from include.domain.spec import ModelSpec
from include.domain.spec.data import (
    RESERVED_COLUMN,
    Calendar,
    CleaningStep,
    Derive,
    DropDuplicates,
    Label,
    MapValues,
    ParseDate,
    ParseNumber,
    Trim,
)
from include.domain.spec.lag import Lag
from include.domain.spec.looking_back import lags_in

RAW = "raw"
"""Name of the relation that a chain starts from."""


@dataclass(frozen=True)
class Link:
    """One step of a chain: the query before it, what it changes, and how messages call it."""

    before: str
    changes: tuple[Change, ...]
    where: str


@dataclass(frozen=True)
class Chain:
    """All steps of a spec over columns of certain types.

    Parameters
    ----------
    query : str
        SQL over the relation ``raw``: the hidden columns, and the clean ones in the order of their names.
    columns : dict of str to str
        Canonical types of the clean columns.
    links : tuple of Link
    """

    query: str
    columns: dict[str, str]
    links: tuple[Link, ...]


def chain_of(
    connection: duckdb.DuckDBPyConnection,
    spec: ModelSpec,
    columns: Columns,
    hidden: Sequence[str] = (RESERVED_COLUMN,),
    *,
    to_score: bool = False,
) -> Chain:
    """Compose the steps of a spec.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds the relation ``raw``.
    spec : ModelSpec
    columns : mapping of str to str
        Types of the columns of ``raw``; those of type ``"NULL"`` need not be there.
    hidden : sequence of str
        Columns of ``raw`` that are carried along untouched, the row's hash first.
    to_score : bool
        Whether rows are to be scored: every one is kept, and what serves the target alone is left out where the target
        is not known.

    Raises
    ------
    DataError
        Where a step asks for a column that is not there, or for what cannot be done with it.
    """
    stage = Stage.start(RAW, columns, tuple(hidden))
    links: list[Link] = []
    for number, step in enumerate(spec.cleaning):
        where = f"cleaning.{number} ({step.do})"
        if isinstance(step, DropDuplicates):
            if not to_score:
                stage = stage.without_duplicates(step.columns, spec.data.time, where)
            elif lags_in(spec.cleaning):
                # Every row is scored, and those that training would not look back at are not looked back at.
                stage = stage.marking_duplicates(step.columns, spec.data.time, where)
            continue
        wanted = _for_scoring(step, spec.data.target, stage.columns) if to_score else step
        if wanted is None:
            continue
        changes = _changes(connection, spec, wanted, stage, where)
        if changes:
            links.append(Link(stage.query, tuple(changes), where))
            stage = stage.changed(connection, changes, where)
    names = sorted(stage.columns)
    check_names(names, "the cleaned data")
    kinds = {name: canonical_type(stage.columns[name], name) for name in names}
    # A column in which nothing is known comes out as what such a column is stored as.
    values = [f"CAST({identifier(name)} AS {kinds[name]}) AS {identifier(name)}" for name in names]
    query = f"SELECT {', '.join([*map(identifier, hidden), *values])} FROM ({stage.query})"
    if not to_score:
        query += _without_gaps(spec)
    return Chain(query, kinds, tuple(links))


def _without_gaps(spec: ModelSpec) -> str:
    # At the end: a row that nobody learns from is looked back at all the same.
    known = [
        f"{identifier(name)} IS NOT NULL"
        for step in lags_in(spec.cleaning)
        if step.gaps == "drop"
        for name in step.made
    ]
    return f" WHERE {' AND '.join(known)}" if known else ""


def _for_scoring(step: CleaningStep, target: str, columns: Columns) -> CleaningStep | None:
    """Return the step as rows without a label need it, or None where they do not."""
    if isinstance(step, DropDuplicates | Label):
        return None
    if target in columns or isinstance(step, Lag):
        return step
    if isinstance(step, Trim | ParseNumber | ParseDate):
        others = tuple(name for name in step.columns if name != target)
        return step.model_copy(update={"columns": others}) if others else None
    return None if step.column == target else step


def _changes(
    connection: duckdb.DuckDBPyConnection, spec: ModelSpec, step: CleaningStep, stage: Stage, where: str
) -> list[Change]:
    columns = stage.columns
    match step:
        case Trim():
            return trim(step, columns, where)
        case ParseNumber():
            return parse_number(step, columns, where)
        case ParseDate():
            return parse_date(step, columns, where)
        case MapValues():
            return map_values(step, columns, where)
        case Calendar():
            return calendar(step, columns, where)
        case Lag():
            return lag(step, spec.data.time, columns, where, only=KEPT if KEPT in stage.hidden else None)
        case Derive():
            return derive(connection, step, columns, where)
        case Label():
            return label(connection, step, spec.data.target, columns, where)
    raise DataError(f"{where}: no such step")
