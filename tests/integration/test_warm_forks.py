"""Tasks start warm: a child forked from a parent that has loaded every library can do all the work of a task."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from include.deployment.airflow_settings import PRELOADED, QUIET, THREADS

pytestmark = pytest.mark.integration

WORK = '''
"""Four children at once of a parent that has loaded the libraries and done nothing else."""
import json, multiprocessing, sys, threading
from pathlib import Path

MODULES = json.loads(sys.argv[1])


def work(number, folder):
    house = ("include.training.training", "include.quality.checks", "plugins.operators.train_model")
    loaded = [name for name in (*MODULES, *house) if name not in sys.modules]
    from include.domain.spec import Expectation
    from include.quality.checks import check_dataset
    from include.storage.steps import StepRecords
    from include.storage.store import open_store
    from include.training.models import load_model, predict
    from include.training.plots import draw_plots
    from include.training.run_key import RunKey
    from include.training.training import train_model
    from tests.include.quality.snapshots import a_snapshot
    from tests.include.training.examples import HISTOGRAM, churn, customers, dataset, split

    store = open_store(str(folder / f"store{number}"))
    frame = customers(400, seed=number)
    spec = churn(HISTOGRAM if number % 2 else "sklearn.linear_model.LogisticRegression")
    asked = Expectation(type="expect_column_values_to_be_between", kwargs={"column": "visits", "max_value": 7})
    quality = spec.quality.model_copy(
        update={"raw": spec.quality.raw.model_copy(update={"expectations": (asked,)})}
    )
    rows = frame[["age", "visits", "region", "left"]].reset_index(drop=True)
    checked = check_dataset(
        spec.model_copy(update={"quality": quality}), a_snapshot(store, rows), store, suite="raw", as_of=None,
        folder=folder,
    )
    run = train_model(
        spec, frame, split(frame), dataset(frame), StepRecords(store), attempt=RunKey(dag_run=str(number), task="t")
    )
    said = predict(spec, load_model(f"runs:/{run.run_id}/model"), frame)
    (folder / f"plots{number}").mkdir()
    drawn = list(draw_plots(spec.task, frame["left"].to_numpy(), said, folder / f"plots{number}"))
    told = {
        "loaded_late": loaded, "report": store.exists(checked.docs.uri.removeprefix(store.uri + "/")),
        "scored": len(said.values), "drawn": len(drawn), "failed": checked.evidence.find(
            "failed_required_expectations").value, "threads": threading.active_count(),
    }
    (folder / f"told{number}.json").write_text(json.dumps(told))


if __name__ == "__main__":
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(MODULES)
    children = [context.Process(target=work, args=(number, Path(sys.argv[2]))) for number in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join(timeout=240)
    sys.exit(sum(child.exitcode != 0 for child in children))
'''


def test_four_children_of_a_warm_parent_fit_check_score_and_report(mlflow_store: str, tmp_path: Path) -> None:
    script = tmp_path / "warm.py"
    script.write_text(WORK)
    environment = {**os.environ, **THREADS, **QUIET, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, str(script), json.dumps(PRELOADED), str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-3_000:]
    for number in range(4):
        told = json.loads((tmp_path / f"told{number}.json").read_text())
        assert told["loaded_late"] == []
        assert told["report"]
        assert (told["scored"], told["drawn"] > 0, told["failed"]) == (400, True, 1)
