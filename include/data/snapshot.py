"""Snapshots: what a source holds at one moment, immutable from then on and known by its content.

Rows stream from the source to the disk, so data may be larger than memory. The same bytes are not read twice, and the
same content is not stored twice.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import duckdb

from include.data.access import UNRESOLVED, SourceAccess
from include.data.engine import enough_room, identifier, literal, open_engine, told, write_parquet
from include.data.event_time import condition_of, event_time_of
from include.data.measuring import Measured, measure
from include.data.row_hash import row_hash_of
from include.data.shelf import is_on_shelf, put_on_shelf
from include.data.sources.column_names import check_present
from include.data.sources.opening import Located, Opened, locate, open_located
from include.data.sources.table import Table
from include.data.sources.writing import write_table
from include.data.wanted_columns import wanted_columns
from include.data.windows import ALWAYS, in_order
from include.domain.errors import DataError, NoRowsError
from include.domain.fingerprint import Fingerprint
from include.domain.references import DatasetRef, Window
from include.domain.spec import ModelSpec
from include.domain.spec.data import RESERVED_COLUMN, Source
from include.storage.code import fingerprint_of_code, fingerprint_of_environment
from include.storage.steps import StepRecords
from include.storage.store import Store

_log = logging.getLogger(__name__)


def take_snapshot(
    spec: ModelSpec,
    store: Store,
    *,
    window: Window = ALWAYS,
    source: Source | None = None,
    access: SourceAccess = UNRESOLVED,
    force: bool = False,
    to_score: bool = False,
) -> DatasetRef:
    """Read a source into a snapshot, unless the same bytes were read before.

    Parameters
    ----------
    spec : ModelSpec
    store : Store
        Keeps the snapshot under ``snapshots/<model>/<fingerprint>/``.
    window : Window
        Event times to keep, ``start <= time < end``, where the spec names a time column; all of them where both sides
        are open. A row without a time is in no window. Rows need not be sorted.
    source : FileSource or SqlSource, optional
        Another source than the spec's.
    access : SourceAccess
        What an operator resolved from a connection.
    force : bool
        Read even if the bytes were read before.
    to_score : bool
        Whether the rows are to be scored: the target and what else is known only afterwards may be absent.

    Returns
    -------
    DatasetRef
        ``reused`` says whether the content was stored before, ``cause`` why it was read or not.

    Raises
    ------
    DataError
        Where the data cannot be read as what the spec says they are.
    NoRowsError
        Where there is no row, or none in the window.
    UnavailableError
        Where a database, a bucket or a disk does not answer, or the disk is full.
    """
    asked = in_order(window)
    located = locate(source or spec.data.source, asked, access)
    step, name = _step(spec, located, asked, to_score=to_score), "snapshot_to_score" if to_score else "snapshot_data"
    records = StepRecords(store)
    before = records.latest(spec.name, name)
    if located.is_known_by_its_bytes and not force:
        found = records.recall(spec.name, name, step)
        dataset = None if found is None else DatasetRef.model_validate(found)
        if dataset is not None and is_on_shelf(store, dataset):
            if before is None or before.value != step.value:
                records.remember(spec.name, name, step, dataset.to_json())
            unchanged = "the bytes of the source, the code and the parameters were seen before"
            return dataset.model_copy(update={"reused": True, "cause": unchanged, "window": asked})
    dataset = _read(spec, store, located, asked, access, causes=_causes(before, step, force=force), to_score=to_score)
    records.remember(spec.name, name, step, dataset.to_json())
    return dataset


def _step(spec: ModelSpec, located: Located, window: Window, *, to_score: bool) -> Fingerprint:
    parameters = {
        "asked": sorted({name for _, name in wanted_columns(spec, to_score=to_score)} - set(spec.data.types)),
        "types": dict(spec.data.types),
        "source": located.source.model_dump(mode="json", exclude={"connection"}),
        "time": spec.data.time,
        # Without a time column a window chooses among the files, which are known by their bytes, and cuts none.
        "window": None if spec.data.time is None and located.is_known_by_its_bytes else window.to_json(),
        # A window is cut by the time that cleaning would read.
        "cleaning": [] if window.is_open else [step.to_json() for step in spec.cleaning],
    }
    return Fingerprint(
        parts={
            "data": located.identity(),
            "code": fingerprint_of_code("data"),
            "parameters": parameters,
            "environment": fingerprint_of_environment()["libraries"],
        }
    )


def _causes(before: Fingerprint | None, step: Fingerprint, *, force: bool) -> str:
    if force:
        return "reading again was asked for"
    if before is None:
        return "nothing was read before"
    return step.cause(since=before) or "a database is asked every time"


def _read(
    spec: ModelSpec,
    store: Store,
    located: Located,
    window: Window,
    access: SourceAccess,
    *,
    causes: str,
    to_score: bool,
) -> DatasetRef:
    with enough_room(), tempfile.TemporaryDirectory(prefix="sluice-") as name:
        folder = Path(name)
        with open_engine(folder, readable=[file.path for file in located.files]) as connection:
            opened = open_located(
                connection, located, types=spec.data.types, window=window, access=access, folder=folder
            )
            try:
                with enough_room():
                    written, timeless = _write(
                        connection, spec, opened, located, window=window, folder=folder, to_score=to_score
                    )
            except duckdb.Error as error:
                fault = opened.fault(error) or DataError(f"{located.described} cannot be read: {told(error)}")
                raise fault from error
        return put_on_shelf(
            store,
            spec.name,
            written,
            source=located.described,
            query=located.query,
            time=spec.data.time if any(column.name == spec.data.time for column in written.columns) else None,
            window=window,
            rows_without_time=timeless,
            causes=causes,
        )


def _write(
    connection: duckdb.DuckDBPyConnection,
    spec: ModelSpec,
    opened: Opened,
    located: Located,
    *,
    window: Window,
    folder: Path,
    to_score: bool,
) -> tuple[Measured, int]:
    table = opened.table()
    check_present(wanted_columns(spec, to_score=to_score), table.columns, located.described)
    if not table.parts:
        raise NoRowsError(f"{located.described}: the query returns no row")

    # Without a time column the window says which files or which query is meant, and every row of those is.
    cuts = spec.data.time is not None and not window.is_open

    def query_of(given: Table) -> str:
        names = ", ".join(identifier(name) for name in sorted(given.columns))
        event_time = event_time_of(connection, spec, given.columns)
        # Rows without a time are counted before they are left out.
        kept = f"({condition_of(window, event_time, spec.data.time)}) OR ({event_time}) IS NULL" if cuts else "true"
        row_hash = f"{row_hash_of(given.columns)} AS {identifier(RESERVED_COLUMN)}"
        return f"SELECT {names}, {row_hash} FROM ({given.query()}) WHERE {kept}"

    path = folder / "data.parquet"
    table = write_table(connection, table, path, query_of)
    event_time = event_time_of(connection, spec, table.columns)
    timeless = 0
    if cuts and event_time is not None:
        path, timeless = _without_timeless(connection, path, event_time)
        if timeless:
            _log.warning("%d rows of %s have no %s and are in no window", timeless, located.described, spec.data.time)
    measured = measure(
        connection,
        path,
        table.columns,
        row_hash=identifier(RESERVED_COLUMN),
        event_time=event_time,
        types=spec.data.types,
    )
    if not measured.rows:
        raise _nothing_there(connection, table, event_time, located, window)
    return measured, timeless


def _without_timeless(connection: duckdb.DuckDBPyConnection, path: Path, event_time: str) -> tuple[Path, int]:
    rows = f"read_parquet({literal(str(path))})"
    timeless = int(connection.execute(f"SELECT count(*) FROM {rows} WHERE ({event_time}) IS NULL").fetchall()[0][0])
    if not timeless:
        return path, 0
    target = path.with_name("timed.parquet")
    write_parquet(connection, f"SELECT * FROM {rows} WHERE ({event_time}) IS NOT NULL", target)
    return target, timeless


def _nothing_there(
    connection: duckdb.DuckDBPyConnection, table: Table, event_time: str | None, located: Located, window: Window
) -> NoRowsError:
    if event_time is None or window.is_open:
        return NoRowsError(f"{located.described} holds the names of columns and no row")
    query = f"SELECT min({event_time}), max({event_time}) FROM ({table.query()})"
    first, last = connection.execute(query).fetchall()[0]
    there = "the source has no times at all" if first is None else f"the source has times from {first} to {last}"
    start, end = (bound.isoformat(sep=" ") if bound else "…" for bound in (window.start, window.end))
    return NoRowsError(f"{located.described}: no row in the window [{start}, {end}); {there}")
