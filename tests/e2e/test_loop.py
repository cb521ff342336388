"""The loop on a real scheduler: a window is scored, found bad, and training starts by itself. One story, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

from include.deployment.watching import await_dags, await_started
from include.monitoring.shelf import monitored_windows
from include.registry import aliases
from include.registry.retraining_requests import retraining_requests
from include.storage.store import open_store
from tests.e2e.conftest import PATIENCE_SECONDS, Installation

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]

SPEC = """name: tides
owner: harbour
description: How high the water will stand.
task: regression
data: {{source: "{folder}/tides.parquet", target: height, time: at}}
quality: {{rows_at_least: 500}}
training: {{estimator: sklearn.linear_model.LinearRegression}}
monitoring: {{concerns: [realised_quality]}}
retraining: {{on: [realised_quality], k: 1, of: 1, data: since_change}}
"""
START, CHANGED, END = "2026-01-01T00:00:00+00:00", "2026-02-01T00:00:00+00:00", "2026-03-01T00:00:00+00:00"


class Loop(NamedTuple):
    installation: Installation
    scoring: dict[str, str]
    monitoring_run: str
    monitoring: dict[str, str]
    training_run: str
    training: dict[str, str]
    promotion: dict[str, str]

    @property
    def store(self) -> Any:
        return open_store(self.installation.home.store)


def write_tides(installation: Installation) -> None:
    """Write water levels that follow the moon in one way in January, and in another in February."""
    rng = np.random.default_rng(3)
    at = pd.date_range(START, END, freq="30min", inclusive="left").as_unit("us")
    moon = rng.normal(0.0, 1.0, len(at))
    height = np.where(at < pd.Timestamp(CHANGED), 2.0 * moon, 5.0 - 2.0 * moon) + rng.normal(0.0, 0.3, len(at))
    frame = pd.DataFrame({"at": at, "moon": moon, "wind": rng.normal(0.0, 1.0, len(at)), "height": height})
    frame.to_parquet(installation.data / "tides.parquet", index=False)


@pytest.fixture(scope="module")
def loop(installation: Installation) -> Iterator[Loop]:
    write_tides(installation)
    (installation.home.specs / "tides.yaml").write_text(SPEC.format(folder=installation.data))
    api = installation.api
    await_dags(api, [f"tides.{kind}" for kind in ("training", "promotion", "scoring", "monitoring")], PATIENCE_SECONDS)

    def after(dag_id: str, source: str) -> tuple[str, dict[str, str]]:
        run_id = await_started(api, dag_id, source, PATIENCE_SECONDS)
        return run_id, installation.run(dag_id, run_id)

    first = api.trigger("tides.training", window_end=CHANGED)
    installation.run("tides.training", first)
    after("tides.promotion", first)
    scored = api.trigger("tides.scoring", window_start=CHANGED, window_end=END)
    scoring = installation.run("tides.scoring", scored)
    monitoring_run, monitoring = after("tides.monitoring", scored)
    training_run, training = after("tides.training", monitoring_run)
    _, promotion = after("tides.promotion", training_run)
    yield Loop(installation, scoring, monitoring_run, monitoring, training_run, training, promotion)
    (installation.home.specs / "tides.yaml").unlink()


def test_monitoring_follows_scoring_and_finds_what_was_lost(loop: Loop) -> None:
    assert set(loop.scoring.values()) == {"success"}
    assert loop.monitoring["gate_realised_quality"] == "failed"
    (seen,) = monitored_windows(loop.store, "tides")
    assert seen.alarms == ("realised_quality",)


def test_the_alarm_asks_for_training_once_and_says_why(loop: Loop) -> None:
    assert loop.monitoring["request_retraining"] == "success"
    (request,) = retraining_requests(loop.store, "tides")
    assert request.by == f"tides.monitoring/{loop.monitoring_run}"
    assert request.reason.startswith("realised_quality in 1 of the last 1 windows")


def test_training_starts_by_the_asset_event_and_its_run_says_why(loop: Loop) -> None:
    run = loop.installation.api.run("tides.training", loop.training_run)
    assert run["run_type"] == "asset_triggered"
    (request,) = retraining_requests(loop.store, "tides")
    trained = loop.installation.api.result("tides.training", loop.training_run, "train_model")
    mlflow = MlflowClient(tracking_uri=f"http://127.0.0.1:{loop.installation.ports.mlflow}")
    assert mlflow.get_run(trained["run_id"]).data.tags["sluice.started_by"] == request.reason
    log = loop.installation.api.log("tides.training", loop.training_run, "train_model")
    assert f"monitoring asked for this training: {request.reason}" in log


def test_it_learns_from_what_came_since_the_change(loop: Loop) -> None:
    read = loop.installation.api.result("tides.training", loop.training_run, "snapshot_data")
    sides = [pd.Timestamp(read["window"][side]) for side in ("start", "end")]
    assert sides == [pd.Timestamp(CHANGED), pd.Timestamp(END)]


def test_the_better_model_becomes_the_champion(loop: Loop) -> None:
    assert set(loop.promotion.values()) == {"success"}
    moves = [entry for entry in aliases.history(loop.store, "tides") if entry.action == "promote"]
    assert [entry.to_version for entry in moves] == [1, 2]
