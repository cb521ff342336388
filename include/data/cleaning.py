"""Cleaning: the steps of a spec as one query, run over a snapshot for training and over a frame for serving."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import duckdb
import pandas as pd

from include.data.column_types import WORDS
from include.data.engine import enough_room, identifier, open_engine, shared_engine, told, write_parquet
from include.data.frame_rows import POSITION, FrameRows
from include.data.history import asked_for, open_rows
from include.data.measuring import Measured, measure
from include.data.row_hash import clean_row_hash_of
from include.data.shelf import is_on_shelf, put_on_shelf
from include.data.sources.column_names import check_present
from include.data.sources.table import misfit
from include.data.steps.chain import RAW, Chain, chain_of
from include.data.steps.change import NOTHING
from include.data.steps.failures import explained
from include.data.wanted_columns import wanted_features
from include.domain.errors import DataError
from include.domain.fingerprint import Fingerprint
from include.domain.references import Column, DatasetRef
from include.domain.spec import ModelSpec
from include.domain.spec.data import RESERVED_COLUMN
from include.storage.code import fingerprint_of_code, fingerprint_of_environment
from include.storage.steps import StepRecords
from include.storage.store import Store, key_of

_STEP = "clean_data"


def clean_dataset(
    spec: ModelSpec, dataset: DatasetRef, store: Store, *, to_score: bool = False, history: DatasetRef | None = None
) -> DatasetRef:
    """Run the cleaning steps over a snapshot, unless they ran over the same content before.

    Rows keep the hash of the raw row they come from. Rows whose target is NULL are kept: they have no label yet.

    Parameters
    ----------
    spec : ModelSpec
    dataset : DatasetRef
    store : Store
        Holds the snapshot, and gets the cleaned one beside it.
    to_score : bool
        Whether rows are to be scored: none is dropped, and steps that only serve an unknown target are left out.
    history : DatasetRef, optional
        Snapshot of the rows before them, which are looked back at and are not in the result.

    Raises
    ------
    DataError
        Where a step cannot do what it says, with step, column and the first rows.
    UnavailableError
        Where the disk is full.
    """
    if not spec.cleaning:
        _check_cleaned(spec, {column.name: column.type for column in dataset.columns}, to_score=to_score)
        return dataset.model_copy(update={"reused": True, "cause": "the spec has no cleaning steps"})
    step = _step(spec, dataset, to_score=to_score, history=history)
    records = StepRecords(store)
    before = records.latest(spec.name, _STEP)
    found = records.recall(spec.name, _STEP, step)
    known = None if found is None else DatasetRef.model_validate(found)
    if known is not None and is_on_shelf(store, known):
        if before is None or before.value != step.value:
            records.remember(spec.name, _STEP, step, known.to_json())
        unchanged = "this content was cleaned by these steps before"
        return known.model_copy(update={"reused": True, "cause": unchanged, "window": dataset.window})
    causes = "nothing was cleaned before" if before is None else step.cause(since=before)
    cleaned = _clean(spec, dataset, store, causes=causes, to_score=to_score, history=history)
    records.remember(spec.name, _STEP, step, cleaned.to_json())
    return cleaned


def clean_frame(
    spec: ModelSpec,
    frame: pd.DataFrame,
    columns: Sequence[Column] | None = None,
    *,
    to_score: bool = False,
    history: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Run the cleaning steps over a frame of raw rows.

    Parameters
    ----------
    spec : ModelSpec
    frame : DataFrame of shape (rows, raw columns)
        As :func:`include.data.frames.read_frame` gives it, or as a caller of the service sends it.
    columns : sequence of Column, optional
        Columns of the raw snapshot that the model was trained on: values are read as those types, so that a single row
        in which a value is missing, or a whole number stands for another, is cleaned as a row of training was.
    to_score : bool
        Whether rows are to be scored: none is dropped, and steps that only serve an unknown target are left out.
    history : DataFrame of shape (earlier rows, raw columns), optional
        Rows that are looked back at and are not in the result.

    Returns
    -------
    DataFrame of shape (rows kept, clean columns)
        In the order and with the index of the frame; columns in the order of their names.

    Raises
    ------
    DataError
        Where a step cannot do what it says, with step, column and the first rows.
    """
    rows = FrameRows.of(spec, frame, columns, history)
    with shared_engine() as connection:
        kinds, given = rows.register(connection, RAW)
        chain = _frame_chain(spec.model_dump_json(), tuple(kinds.items()), rows.hidden, to_score=to_score)
        try:
            with enough_room():
                query = asked_for(chain.query, rows.hidden)
                cleaned = connection.sql(f"{query} ORDER BY {identifier(POSITION)}").to_arrow_table()
        except duckdb.Error as error:
            column = misfit(error)
            raise (
                _failure(connection, chain, error, POSITION)
                if column is None
                else given.misfit_error(connection, column)
            ) from error
    return rows.frame_of(cleaned, chain.columns)


@lru_cache(maxsize=128)
def _frame_chain(spec: str, kinds: tuple[tuple[str, str], ...], hidden: tuple[str, ...], *, to_score: bool) -> Chain:
    """Compose the steps of a spec (as JSON) over columns of some types, which requests ask for again and again."""
    columns = [f"{identifier(name)} {kind}" for name, kind in kinds if kind != NOTHING]
    with shared_engine() as connection:
        listed = ", ".join([*(f"{identifier(name)} UBIGINT" for name in hidden), *columns])
        connection.execute(f"CREATE TEMP TABLE {RAW} ({listed})")
        return chain_of(connection, ModelSpec.model_validate_json(spec), dict(kinds), hidden, to_score=to_score)


def _step(spec: ModelSpec, dataset: DatasetRef, *, to_score: bool, history: DatasetRef | None) -> Fingerprint:
    parameters = {
        "cleaning": [step.to_json() for step in spec.cleaning],
        "target": spec.data.target,
        "time": spec.data.time,
        "types": dict(spec.data.types),
        "features": spec.data.to_json()["features"],
        "to_score": to_score,
    }
    return Fingerprint(
        parts={
            "data": dataset.fingerprint,
            **({"history": history.fingerprint} if history is not None else {}),
            "code": fingerprint_of_code("data"),
            "parameters": parameters,
            "environment": fingerprint_of_environment()["libraries"],
        }
    )


def _clean(
    spec: ModelSpec, dataset: DatasetRef, store: Store, *, causes: str, to_score: bool, history: DatasetRef | None
) -> DatasetRef:
    paths = {ref.fingerprint: _local(ref, store) for ref in (dataset, history) if ref is not None}
    with enough_room(), tempfile.TemporaryDirectory(prefix="sluice-") as name:
        folder = Path(name)
        with open_engine(folder, readable=paths.values()) as connection:
            kinds, hidden = open_rows(connection, spec, dataset, history, paths)
            chain = chain_of(connection, spec, kinds, hidden, to_score=to_score)
            _check_cleaned(spec, chain.columns, to_score=to_score)
            row_name = spec.data.id if spec.data.id in kinds else None
            measured = _write(connection, spec, chain, asked_for(chain.query, hidden), folder, row_name=row_name)
        return put_on_shelf(
            store,
            spec.name,
            measured,
            source=dataset.source,
            time=spec.data.time,
            window=dataset.window,
            causes=causes,
        )


def _local(dataset: DatasetRef, store: Store) -> Path:
    try:
        return store.local_copy(f"{key_of(store, dataset.uri)}/data.parquet")
    except KeyError as error:
        raise DataError(f"snapshot {dataset.fingerprint[:12]} is not in {store.uri}: take it again") from error


def _write(
    connection: duckdb.DuckDBPyConnection,
    spec: ModelSpec,
    chain: Chain,
    query: str,
    folder: Path,
    *,
    row_name: str | None,
) -> Measured:
    path = folder / "data.parquet"
    try:
        with enough_room():
            write_parquet(connection, query, path)
    except duckdb.Error as error:
        raise _failure(connection, chain, error, row_name or RESERVED_COLUMN) from error
    time = spec.data.time
    return measure(
        connection,
        path,
        chain.columns,
        row_hash=clean_row_hash_of(chain.columns),
        event_time=f"CAST({identifier(time)} AS TIMESTAMP)" if time else None,
        types=spec.data.types,
    )


def _check_cleaned(spec: ModelSpec, kinds: Mapping[str, str], *, to_score: bool) -> None:
    check_present(wanted_features(spec, to_score=to_score), kinds, "the cleaned data")
    time = spec.data.time
    if time is not None and kinds[time] not in ("DATE", "TIMESTAMP"):
        raise DataError(
            f"data.time {time!r} holds no times after cleaning, but {WORDS[kinds[time]]} values or none: "
            f"write data.types: {{{time}: timestamp}}, or a parse_date step with its format"
        )


def _failure(connection: duckdb.DuckDBPyConnection, chain: Chain, error: Exception, row_name: str) -> DataError:
    found = explained(connection, chain, error, row_name)
    return found or DataError(f"the data cannot be cleaned: {told(error)}")
