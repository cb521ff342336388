"""The steps of a measurement of scoring, each in a process of its own, as Airflow runs them; prints JSON.

Run as ``python -m include.bench.scoring_steps STEP FOLDER ROWS``, with MLflow's address in the environment.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from include.domain.references import RunRef, Window
from include.domain.spec import ModelSpec
from include.storage.folder import FolderStore
from include.training.step_costs import peak_memory_bytes

TRAINED_ROWS = 20_000
TRAINED = Window(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 2, 1, tzinfo=UTC))
SCORED = Window(start=datetime(2026, 2, 1, tzinfo=UTC), end=datetime(2026, 3, 1, tzinfo=UTC))
FEATURES = 8
SEED = 11

PRELOADED = ("include.serving.window_scoring", "mlflow.pyfunc")
"""Loaded before the clock starts: an installation loads them once, before tasks are forked."""


def events(rows: int, window: Window, seed: int) -> pd.DataFrame:
    """Return rows of numbers and names with an outcome, their event times spread over a window."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(rows, FEATURES)), columns=[f"x{i}" for i in range(FEATURES)])
    start, end = pd.Timestamp(window.start).tz_localize(None), pd.Timestamp(window.end).tz_localize(None)
    frame["shop"] = rng.choice([f"shop {i:02d}" for i in range(50)], rows)
    frame["kind"] = rng.choice(["web", "card", "phone"], rows)
    frame["at"] = pd.date_range(start, end, periods=rows + 1, inclusive="left").as_unit("us")
    frame["event"] = [f"{seed}-{i:07d}" for i in range(rows)]
    chance = 1 / (1 + np.exp(2 - frame["x0"] - (frame["kind"] == "web")))
    frame["fraud"] = (rng.random(rows) < chance).astype(np.int64)
    return frame


def the_spec(folder: Path) -> ModelSpec:
    """Return the spec that is trained and scored."""
    within = {"column": "x0", "min_value": -20, "max_value": 20}
    expectation = {"type": "expect_column_values_to_be_between", "kwargs": within, "quarantine": True}
    return ModelSpec.model_validate(
        {
            "name": "bench",
            "owner": "bench",
            "task": "binary",
            "data": {"source": str(folder / "trained.parquet"), "target": "fraud", "id": "event", "time": "at"},
            "cleaning": [{"do": "derive", "column": "x01", "expression": "x0 * x1"}],
            "quality": {"raw": {"expectations": [expectation]}},
            "training": {"estimator": "sklearn.linear_model.LogisticRegression"},
            "scoring": {"source": str(folder / "scored.parquet")},
        }
    )


def train(folder: Path, rows: int) -> dict[str, Any]:
    """Write the data, train a version on its first month, and register it."""
    from include.data.cleaning import clean_dataset
    from include.data.frames import read_frame
    from include.data.snapshot import take_snapshot
    from include.data.split import split_rows
    from include.domain.evidence import Evidence
    from include.domain.references import ReportRef
    from include.quality.result import QualityResult
    from include.registry.versions import register_candidate
    from include.serving.golden_rows import keep_golden_rows
    from include.storage.steps import StepRecords
    from include.training.run_key import RunKey
    from include.training.tracking import log_check
    from include.training.training import train_model

    events(TRAINED_ROWS, TRAINED, SEED).to_parquet(folder / "trained.parquet", index=False)
    events(rows, SCORED, SEED + 1).drop(columns="fraud").to_parquet(folder / "scored.parquet", index=False)
    spec, store = the_spec(folder), FolderStore(folder / "store")
    raw = take_snapshot(spec, store)
    clean = clean_dataset(spec, raw, store)
    frame = read_frame(clean, store)
    key = RunKey(dag_run="bench", task="train_model")
    run: RunRef = train_model(spec, frame, split_rows(spec, frame, None), clean, StepRecords(store), attempt=key)
    seen = Evidence(subject="raw")
    page = ReportRef(kind="data docs", uri=f"{store.uri}/reports/raw.html")
    log_check(run, "raw", QualityResult(evidence=seen, accepted=raw, docs=page).to_json(), b"")
    keep_golden_rows(spec, run, raw, frame, store)
    version = register_candidate(spec, run, Evidence(subject="bench"))
    (folder / "version.json").write_text(version.model_dump_json())
    return {}


def prepare(folder: Path, rows: int) -> dict[str, Any]:
    """Snapshot, check and clean the rows of the second month."""
    from include.domain.references import ModelVersionRef
    from include.serving.preparing import check_to_score, clean_to_score, snapshot_to_score, spec_to_score

    version = ModelVersionRef.model_validate_json((folder / "version.json").read_bytes())
    store, spec = FolderStore(folder / "store"), spec_to_score(the_spec(folder), version)
    given = snapshot_to_score(spec, store, SCORED)
    given = check_to_score(spec, given, store, suite="raw", as_of=SCORED.end, folder=folder)
    given = clean_to_score(spec, given, store)
    given = check_to_score(spec, given, store, suite="clean", as_of=SCORED.end, folder=folder)
    (folder / "rows.json").write_text(given.model_dump_json())
    return {}


def score(folder: Path, rows: int) -> dict[str, Any]:
    """Score the prepared rows into the log."""
    from include.domain.references import ModelVersionRef
    from include.serving.batch import score_rows
    from include.serving.champion_choice import Chosen
    from include.serving.preparing import RowsToScore, spec_to_score

    version = ModelVersionRef.model_validate_json((folder / "version.json").read_bytes())
    given = RowsToScore.model_validate_json((folder / "rows.json").read_bytes())
    spec = spec_to_score(the_spec(folder), version)
    scored = score_rows(spec, Chosen(version=version, why="measured"), given, FolderStore(folder / "store"))
    return {"rows": scored.predictions.rows, "reused": scored.reused}


def naive(folder: Path, rows: int) -> dict[str, Any]:
    """Score the same clean rows as a first script would: all of them in one frame, through MLflow's pyfunc."""
    import mlflow

    from include.serving.preparing import RowsToScore

    given = RowsToScore.model_validate_json((folder / "rows.json").read_bytes())
    clean = given.accepted
    if clean is None:
        raise SystemExit("nothing was prepared")
    frame = pd.read_parquet(clean.data_uri.removeprefix("file://"))
    model = mlflow.pyfunc.load_model("models:/bench/1")
    frame["prediction"] = model.predict(frame)
    frame.to_parquet(folder / "naive.parquet")
    return {"rows": len(frame)}


def count(folder: Path, rows: int) -> dict[str, Any]:
    """Count the predictions of the log, and the ids among them."""
    from include.serving.reading import open_predictions

    with open_predictions(FolderStore(folder / "store"), "bench", SCORED) as connection:
        query = "SELECT count(*), count(DISTINCT row_id), min(row_id), max(row_id) FROM predictions"
        predictions, ids, first, last = connection.execute(query).fetchall()[0]
    return {"predictions": predictions, "ids": ids, "first": first, "last": last}


STEPS = {step.__name__: step for step in (train, prepare, score, naive, count)}


def main() -> None:
    """Do one step, and print what it took."""
    step, folder, rows = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    for library in PRELOADED:
        import_module(library)
    began = time.perf_counter()
    done = STEPS[step](folder, rows)
    seconds = time.perf_counter() - began
    sys.stdout.write(json.dumps({**done, "seconds": seconds, "peak_bytes": peak_memory_bytes()}) + "\n")


if __name__ == "__main__":
    main()
