"""Labelled predictions: the answers of a window beside what became of the rows, joined by id, each row once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from include.data.access import UNRESOLVED, SourceAccess
from include.data.engine import literal, write_parquet
from include.data.labels import find_labels, labels_held, settle_labels
from include.domain.evidence import Evidence, Observation
from include.domain.labels import LabelTally
from include.domain.prediction_set import Role
from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.serving.prediction_log import PredictionLog
from include.serving.reading import VIEW, open_predictions
from include.storage.store import Store

_EXAMPLES = 5


def write_labelled(
    spec: ModelSpec,
    store: Store,
    window: Window,
    target: Path,
    *,
    as_of: datetime | None = None,
    role: Role = "champion",
    access: SourceAccess = UNRESOLVED,
) -> Evidence:
    """Write the predictions of a window with their labels to one Parquet file, and tell how the labels stand.

    Parameters
    ----------
    spec : ModelSpec
    store : Store
    window : Window
        Event times of the predictions.
    target : Path
        A Parquet file: the columns of the log, then ``label`` (NULL where there is none yet) and ``known_at``.
    as_of : datetime, optional
        Labels that became known later do not count yet.
    role : {'champion', 'challenger'}
    access : SourceAccess
        What an operator resolved from a connection.

    Returns
    -------
    Evidence
        ``labelled_share``, ``repeated_labels``, ``corrected_labels``, ``disagreeing_labels``, ``labels_to_come`` and
        ``unknown_ids``.
    """
    source = find_labels(spec, store, window, access=access)
    held = labels_held(source, store)
    scored = [store.local_copy(part.key) for made in PredictionLog(store, spec.name).sets() for part in made.parts]
    with (
        open_predictions(store, spec.name, window, role=role) as connection,
        TemporaryDirectory(prefix="sluice-") as name,
    ):
        settled = Path(name, "labels.parquet")
        tally = settle_labels(connection, source, held, settled, as_of=as_of)
        given, made = f"read_parquet({literal(str(settled))})", f"read_parquet({literal(str(target))})"
        joined = f"SELECT p.*, l.label, l.known_at FROM {VIEW} p LEFT JOIN {given} l USING (row_id)"
        write_parquet(connection, joined, target)
        rows, labelled = connection.execute(f"SELECT count(*), count(label) FROM {made}").fetchall()[0]
        unknown, examples = _unknown(connection, given, scored)
    subject = f"{spec.name} labels of {window.start or '…'} to {window.end or '…'}"
    share = Observation(
        name="labelled_share",
        value=labelled / rows if rows else None,
        unit="share",
        n=rows,
        detail=tally.why_none or f"{labelled:,} of {rows:,} predictions have a label",
    )
    return Evidence(subject=subject, observations=(share, *_told(tally), _strangers(unknown, examples)))


def _unknown(connection: duckdb.DuckDBPyConnection, given: str, scored: list[Path]) -> tuple[int, list[str]]:
    """Count the labels of rows that were never scored, whatever their window."""
    files = ", ".join(literal(str(path)) for path in scored)
    strangers = f"{given} l" + (f" ANTI JOIN read_parquet([{files}]) p USING (row_id)" if scored else "")
    count, examples = connection.execute(f"SELECT count(*), min(row_id, {_EXAMPLES}) FROM {strangers}").fetchall()[0]
    return int(count), examples or []


def _strangers(count: int, examples: list[str]) -> Observation:
    detail = f"labels of rows that were never scored, such as {', '.join(examples)}" if count else ""
    return Observation(name="unknown_ids", value=count, unit="count", detail=detail)


def _told(tally: LabelTally) -> tuple[Observation, ...]:
    rows = f"rows {', '.join(tally.examples)}: several labels, and nothing says which is the latest"
    advice = "name a column in data.labels.known_at, or correct the source"
    return (
        Observation(name="repeated_labels", value=tally.repeated, unit="count", n=tally.rows),
        Observation(name="corrected_labels", value=tally.corrected, unit="count", n=tally.rows),
        Observation(
            name="disagreeing_labels",
            value=tally.disagreeing,
            unit="count",
            n=tally.rows,
            detail=f"{rows}; {advice}" if tally.disagreeing else "",
        ),
        Observation(name="labels_to_come", value=tally.to_come, unit="count"),
    )
