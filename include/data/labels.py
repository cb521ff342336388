"""Labels of rows that were scored: read where the spec says they arrive, one for each row, as known at some moment."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd

from include.data.access import UNRESOLVED, SourceAccess
from include.data.cleaning import clean_dataset
from include.data.column_types import text_of
from include.data.engine import identifier, literal, open_engine, write_parquet
from include.data.snapshot import take_snapshot
from include.data.sources.column_names import check_present
from include.data.windows import ALWAYS, in_utc
from include.domain.errors import NoRowsError
from include.domain.labels import LabelTally
from include.domain.record import Record
from include.domain.references import DatasetRef, Window
from include.domain.spec import ModelSpec
from include.domain.spec.data import AllBut, DataSpec, LabelsSpec
from include.domain.spec.looking_back import keeping_gaps
from include.storage.store import Store, key_of

FILE_COLUMNS = ("row_id", "label", "known_at", "standing")
_EXAMPLES = 5


class LabelSource(Record):
    """A snapshot that holds labels, and what its columns mean.

    Parameters
    ----------
    dataset : DatasetRef, optional
        None where there is nothing yet.
    id, target : str
    known_at : str, optional
        Column that says when a label became known.
    time : str, optional
        Column with the event time of the row, where the labels stand beside the rows.
    delay_seconds : float, optional
        How long after its event a label is known, where no column says so.
    why_none : str
    """

    dataset: DatasetRef | None = None
    id: str = ""
    target: str = ""
    known_at: str | None = None
    time: str | None = None
    delay_seconds: float | None = None
    why_none: str = ""


def find_labels(
    spec: ModelSpec, store: Store, window: Window = ALWAYS, *, access: SourceAccess = UNRESOLVED
) -> LabelSource:
    """Read the source of the labels once more, as far as its bytes have changed.

    Parameters
    ----------
    spec : ModelSpec
    store : Store
    window : Window
        Event times of the rows whose labels are wanted; a source of labels alone is read whole.
    access : SourceAccess
        What an operator resolved from a connection.

    Returns
    -------
    LabelSource
        Without a dataset where no row has come yet, or where the spec names no id to join by; it says so.
    """
    asked = spec.data.labels or LabelsSpec()
    name = asked.id or spec.data.id
    if name is None:
        return LabelSource(why_none="labels are joined by the id of a row, and the spec names none: give data.id")
    target = asked.target or spec.data.target
    try:
        if asked.source is None:
            # A row has its label, whatever was before it.
            whole = spec.model_copy(update={"cleaning": keeping_gaps(spec.cleaning)})
            dataset = clean_dataset(whole, take_snapshot(spec, store, window=window, access=access), store)
        else:
            dataset = take_snapshot(_spec_of_labels(spec, asked, name, target), store, window=window, access=access)
    except NoRowsError as error:
        return LabelSource(why_none=str(error))
    wanted = [("data.labels.id", name), ("data.labels.target", target), ("data.labels.known_at", asked.known_at)]
    held = {column.name for column in dataset.columns}
    check_present([(field, column) for field, column in wanted if column is not None], held, dataset.source)
    beside = asked.source is None
    delay = spec.data.label_delay if beside and spec.data.time else None
    return LabelSource(
        dataset=dataset,
        id=name,
        target=target,
        known_at=asked.known_at,
        time=spec.data.time if beside else None,
        delay_seconds=delay.total_seconds() if delay else None,
    )


def write_labels(source: LabelSource, store: Store, target: Path, *, as_of: datetime | None = None) -> LabelTally:
    """Write one line for each row that was given a label, by the rule of :func:`include.domain.labels.settle`.

    Parameters
    ----------
    source : LabelSource
    store : Store
    target : Path
        A Parquet file: ``row_id``, ``label`` (NULL where labels disagree), ``known_at``, ``standing``.
    as_of : datetime, optional
        Labels that became known later do not count yet.
    """
    held = labels_held(source, store)
    with (
        tempfile.TemporaryDirectory(prefix="sluice-", dir=target.parent) as name,
        open_engine(Path(name), readable=held) as connection,
    ):
        tally = settle_labels(connection, source, held, Path(name, "labels.parquet"), as_of=as_of)
        Path(name, "labels.parquet").replace(target)
    return tally


def labels_held(source: LabelSource, store: Store) -> list[Path]:
    """Return the files that hold the labels of a source; none where there is nothing yet."""
    return [] if source.dataset is None else [store.local_copy(f"{key_of(store, source.dataset.uri)}/data.parquet")]


def settle_labels(
    connection: duckdb.DuckDBPyConnection,
    source: LabelSource,
    held: Sequence[Path],
    target: Path,
    *,
    as_of: datetime | None = None,
) -> LabelTally:
    """Write what :func:`write_labels` writes by a connection that may read the files held, and write the target."""
    given = _NONE if source.dataset is None else _given(source, source.dataset, held[0])
    connection.execute(f"CREATE TEMP VIEW given AS {given}")
    until = "true" if as_of is None else f"(known_at IS NULL OR known_at <= {_moment(as_of)})"
    write_parquet(connection, _SETTLED.format(until=until), target)
    return _tally(connection, target, until, source.why_none)


def read_labels(
    spec: ModelSpec,
    store: Store,
    window: Window = ALWAYS,
    *,
    as_of: datetime | None = None,
    access: SourceAccess = UNRESOLVED,
) -> tuple[pd.Series, LabelTally]:
    """Return the labels that are known of a window's rows.

    Parameters
    ----------
    spec, store, window, access
        As for :func:`find_labels`.
    as_of : datetime, optional
        Labels that became known later do not count yet.

    Returns
    -------
    labels : Series
        By row id; a row whose labels disagree has none.
    tally : LabelTally
    """
    with tempfile.TemporaryDirectory(prefix="sluice-") as name:
        file = Path(name, "labels.parquet")
        tally = write_labels(find_labels(spec, store, window, access=access), store, file, as_of=as_of)
        frame = pd.read_parquet(file, columns=["row_id", "label"]).dropna()
    return pd.Series(frame["label"].to_numpy(), index=pd.Index(frame["row_id"], name="row_id"), name="label"), tally


def _spec_of_labels(spec: ModelSpec, asked: LabelsSpec, name: str, target: str) -> ModelSpec:
    types = {column: kind for column, kind in spec.data.types.items() if column in (name, target, asked.known_at)}
    # Ids are the same text on both sides, or 007 would be another row here than there.
    same = {name: spec.data.types[spec.data.id]} if spec.data.id in spec.data.types else {}
    data = DataSpec(
        source=asked.source,
        target=target,
        id=name,
        features=(asked.known_at,) if asked.known_at else AllBut(),
        types={**types, **same},
    )
    update = {"data": data, "cleaning": (), "value": None, "evaluation": type(spec.evaluation)()}
    return spec.model_copy(update=update)


def _given(source: LabelSource, dataset: DatasetRef, path: Path) -> str:
    kinds = {column.name: column.type for column in dataset.columns}
    label, row_id = identifier(source.target), text_of(identifier(source.id), kinds[source.id])
    event_time = f"CAST({identifier(source.time)} AS TIMESTAMP)" if source.time else "CAST(NULL AS TIMESTAMP)"
    if source.known_at:
        known_at = f"CAST({identifier(source.known_at)} AS TIMESTAMP)"
    elif source.delay_seconds is not None:
        known_at = f"{event_time} + to_microseconds({round(source.delay_seconds * 1e6)})"
    else:
        known_at = "CAST(NULL AS TIMESTAMP)"
    return (
        f"SELECT CAST({row_id} AS VARCHAR) AS row_id, {label} AS label, {known_at} AS known_at, "
        f"coalesce({known_at}, {event_time}) AS ordered_by FROM read_parquet({literal(str(path))}) "
        f"WHERE {label} IS NOT NULL AND {identifier(source.id)} IS NOT NULL"
    )


_NONE = (
    "SELECT CAST(NULL AS VARCHAR) AS row_id, CAST(NULL AS VARCHAR) AS label, CAST(NULL AS TIMESTAMP) AS known_at, "
    "CAST(NULL AS TIMESTAMP) AS ordered_by WHERE false"
)

# Rows that were given one label need no place among several, and they are nearly all.
_SETTLED = """
WITH known AS (SELECT * FROM given WHERE {until}),
counted AS (
    SELECT row_id, count(*) AS times, any_value(label) AS label, max(known_at) AS known_at FROM known GROUP BY row_id
),
placed AS (
    SELECT *, rank() OVER (PARTITION BY row_id ORDER BY ordered_by DESC NULLS LAST) AS place
    FROM known SEMI JOIN (FROM counted WHERE times > 1) USING (row_id)
)
SELECT row_id, label, known_at, 'given' AS standing FROM counted WHERE times = 1
UNION ALL
SELECT
    row_id,
    CASE WHEN count(DISTINCT label) FILTER (place = 1) = 1 THEN any_value(label) FILTER (place = 1) END AS label,
    max(known_at) AS known_at,
    CASE
        WHEN count(DISTINCT label) FILTER (place = 1) > 1 THEN 'disagreeing'
        WHEN count(DISTINCT label) > 1 THEN 'corrected'
        ELSE 'repeated'
    END AS standing
FROM placed GROUP BY row_id
"""


def _tally(connection: duckdb.DuckDBPyConnection, path: Path, until: str, why_none: str) -> LabelTally:
    rows = f"read_parquet({literal(str(path))})"
    counts = dict(connection.execute(f"SELECT standing, count(*) FROM {rows} GROUP BY ALL").fetchall())
    (to_come,) = connection.execute(f"SELECT count(*) FROM given WHERE NOT ({until})").fetchall()[0]
    asked = f"SELECT row_id FROM {rows} WHERE standing = 'disagreeing' ORDER BY row_id LIMIT {_EXAMPLES}"
    return LabelTally(
        rows=sum(count for standing, count in counts.items() if standing != "disagreeing"),
        repeated=counts.get("repeated", 0),
        corrected=counts.get("corrected", 0),
        disagreeing=counts.get("disagreeing", 0),
        to_come=to_come,
        examples=tuple(row_id for (row_id,) in connection.execute(asked).fetchall()),
        why_none=why_none,
    )


def _moment(moment: datetime) -> str:
    return f"CAST({literal(in_utc(moment).replace(tzinfo=None).isoformat(sep=' '))} AS TIMESTAMP)"
