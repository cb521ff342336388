"""Tracing: from a prediction back to everything it rests on, by what its set, its run and the ledger have recorded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from mlflow.utils.mlflow_tags import MLFLOW_GIT_COMMIT

from include.data.engine import literal, open_engine
from include.domain.errors import DataError
from include.domain.prediction_set import PredictionSet
from include.domain.record import Record
from include.domain.references import DatasetRef, Window
from include.domain.verdict import Verdict
from include.mlflow_server import answering, open_client
from include.registry.entry import LedgerEntry, entry_key
from include.registry.ledger import Ledger
from include.registry.versions import read_verdict
from include.serving.prediction_log import PredictionLog
from include.storage.store import Store
from include.training.tracking import accepted_dataset, trained_dataset

_EXAMPLES, _WINDOWS = 3, 5


class TracedPrediction(Record):
    """A prediction and what it rests on.

    Parameters
    ----------
    row : dict
        As it stands in the log, JSON.
    predictions : PredictionSet
        The set that holds it, with the scored snapshot, the checks and the commit that scored.
    part : str
        Key of the Parquet file that holds it.
    experiment_id : str
        Of the MLflow run that made the version.
    trained_raw, trained_clean : DatasetRef
        What the version was trained on, as it was read and as it was learned from.
    trained_commit : str, optional
        Commit of the code that trained.
    verdict : Verdict, optional
        The one recorded last about the version.
    entry : LedgerEntry, optional
        The ledger entry that made it champion, as it was known at scoring.
    entry_key : str, optional
        Key of that entry.
    """

    row: dict[str, Any]
    predictions: PredictionSet
    part: str
    experiment_id: str
    trained_raw: DatasetRef
    trained_clean: DatasetRef
    trained_commit: str | None
    verdict: Verdict | None
    entry: LedgerEntry | None
    entry_key: str | None


def trace_row(store: Store, model: str, row_id: str) -> list[TracedPrediction]:
    """Return every prediction about a row that counts, the last one first, with what it rests on.

    Parameters
    ----------
    store : Store
    model : str
    row_id : str

    Raises
    ------
    DataError
        Where no such row was scored; the message says what ids look like, and which windows were scored.
    """
    log = PredictionLog(store, model)
    places = {store.local_copy(part.key): (made, part.key) for made in log.sets() for part in made.parts}
    found = _rows(places, row_id)
    if not found:
        raise DataError(_unknown(model, row_id, list(places), log.windows()))
    return [_traced(store, row, *places[path]) for path, row in found]


def _rows(places: dict[Path, tuple[PredictionSet, str]], row_id: str) -> list[tuple[Path, dict[str, Any]]]:
    if not places:
        return []
    with _reading(list(places)) as (connection, files):
        read = f"read_parquet([{files}], union_by_name = true, filename = true)"
        query = f"SELECT * FROM {read} WHERE row_id = ? ORDER BY scored_at DESC"
        answer = connection.execute(query, [row_id])
        names = [column[0] for column in answer.description]
        rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return [(Path(row.pop("filename")), {name: _plain(value) for name, value in row.items()}) for row in rows]


@contextmanager
def _reading(paths: list[Path]) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    with tempfile.TemporaryDirectory(prefix="sluice-") as name, open_engine(Path(name), readable=paths) as connection:
        yield connection, ", ".join(literal(str(path)) for path in paths)


def _traced(store: Store, row: dict[str, Any], made: PredictionSet, part: str) -> TracedPrediction:
    run_id = made.version.run_id
    with answering(made.model):
        run = open_client().get_run(run_id)
    entry = None if made.ledger is None else Ledger(store, made.model).entry(made.ledger)
    return TracedPrediction(
        row=row,
        predictions=made,
        part=part,
        experiment_id=str(run.info.experiment_id),
        trained_raw=accepted_dataset(run_id, "raw"),
        trained_clean=trained_dataset(run_id),
        trained_commit=run.data.tags.get(MLFLOW_GIT_COMMIT),
        verdict=read_verdict(made.version),
        entry=entry,
        entry_key=entry and entry_key(made.model, entry.position),
    )


def _unknown(model: str, row_id: str, paths: list[Path], windows: list[Window]) -> str:
    if not paths:
        return f"{model} has no predictions yet: score a window first (sluice score {model} --from … --to …)"
    with _reading(paths[-1:]) as (connection, files):
        query = f"SELECT row_id FROM read_parquet([{files}]) ORDER BY row_id LIMIT {_EXAMPLES}"
        examples = ", ".join(str(row[0]) for row in connection.execute(query).fetchall())
    scored = ", ".join(f"[{_told(window.start)}, {_told(window.end)})" for window in windows[-_WINDOWS:])
    many = f"{len(windows):,} windows, the last of them " if len(windows) > _WINDOWS else "the windows "
    return (
        f"{model}: no row {row_id!r} was scored. Ids look like {examples}; scored were {many}{scored or 'of requests'}"
    )


def _told(moment: Any) -> str:
    return "…" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
