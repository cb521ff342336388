"""Reading the log: the predictions of a window, every row once, in no more memory than DuckDB is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from include.data.engine import house_engine, identifier, literal, write_parquet
from include.data.event_time import condition_of
from include.data.windows import ALWAYS
from include.domain.prediction_set import PredictionSet, Role
from include.domain.references import Window
from include.serving.prediction_log import PredictionLog
from include.serving.prediction_rows import schema_of
from include.storage.store import Store

VIEW = "predictions"
"""Name under which :func:`open_predictions` shows the rows."""


@contextmanager
def open_predictions(
    store: Store, model: str, window: Window = ALWAYS, *, role: Role | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB in which the view ``predictions`` holds the predictions of a window, not yet read.

    Every ``row_id`` stands there once for each role: of several answers about a row the one given last. A row without
    event time belongs to the window of its set.

    Parameters
    ----------
    store : Store
    model : str
    window : Window
        Event times.
    role : {'champion', 'challenger'}, optional
        Both if left out.
    """
    sets = [made for made in PredictionLog(store, model).sets(window, role) if made.rows]
    paths = [store.local_copy(part.key) for made in sets for part in made.parts]
    with house_engine() as connection:
        if not paths:
            connection.register("none", schema_of(numbers=any(not made.classes for made in sets)).empty_table())
        connection.execute(f"CREATE TEMP VIEW {VIEW} AS {_query(paths, sets, window)}")
        yield connection


def read_predictions(
    store: Store, model: str, window: Window = ALWAYS, *, role: Role | None = None, columns: tuple[str, ...] = ()
) -> pa.Table:
    """Return the predictions of a window as one table in memory, ordered by event time and row id.

    Parameters
    ----------
    store, model, window, role
        As for :func:`open_predictions`.
    columns : tuple of str
        All if left out.
    """
    with open_predictions(store, model, window, role=role) as connection:
        listed = ", ".join(identifier(name) for name in columns) or "*"
        return connection.sql(f"SELECT {listed} FROM {VIEW} ORDER BY event_time, row_id, role").to_arrow_table()


def write_predictions(store: Store, model: str, window: Window, target: Path, *, role: Role | None = None) -> int:
    """Write the predictions of a window to one Parquet file in bounded memory, and return their number.

    Parameters
    ----------
    store, model, window, role
        As for :func:`open_predictions`.
    target : Path
    """
    with open_predictions(store, model, window, role=role) as connection:
        write_parquet(connection, f"SELECT * FROM {VIEW}", target)
    return int(pq.read_metadata(target).num_rows)


def _query(paths: list[Path], sets: list[PredictionSet], window: Window) -> str:
    files = ", ".join(literal(str(path)) for path in paths)
    # What a fleet answered has a column more than what a single model did, which may have served before it.
    rows = f"SELECT * FROM read_parquet([{files}], union_by_name = true)" if paths else "SELECT * FROM none"
    if not window.is_open:
        rows += f" WHERE event_time IS NULL OR ({condition_of(window, _EVENT_TIME, None)})"
    if len(sets) == 1 and sets[0].origin == "batch":
        return rows
    # Within one go the order of writing decides nothing, so the tie is broken by what the rows say of themselves.
    latest = "ORDER BY scored_at DESC, origin DESC, model_version DESC, snapshot DESC"
    return f"{rows} QUALIFY row_number() OVER (PARTITION BY row_id, role {latest}) = 1"


_EVENT_TIME = "CAST(timezone('UTC', event_time) AS TIMESTAMP)"
