"""The loop without a scheduler: real trainings, gates and ledger, in a simulated world."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from include.registry.aliases import history, resume, stopped_by, verify
from include.registry.retraining_requests import retraining_requests
from include.replay.loop import Loop
from include.replay.plan import Plan, planned_events
from include.replay.told import Replayed
from include.storage.store import Store, open_store
from tests.specs import a_spec

pytestmark = pytest.mark.integration

SPEC = a_spec(
    name="demand",
    task="regression",
    data={
        "source": "grocery_demand.parquet",
        "target": "sold",
        "time": "day",
        "features": ["store", "product", "price", "promotion", "temperature", "day_weekday"],
    },
    cleaning=[{"do": "calendar", "column": "day", "parts": ["weekday"]}],
    training={
        "estimator": "sklearn.ensemble.HistGradientBoostingRegressor",
        "parameters": {"max_iter": 60, "early_stopping": False},
        "preprocessing": {"numeric": "as_is", "categorical": "ordinal"},
    },
    # Its world has seasons, which are drift and no reason to train.
    retraining={"on": ["realised_quality"], "k": 2, "of": 3, "cooldown": "14d", "data": "since_change"},
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    return open_store(str(tmp_path / "store"))


def replay(store: Store, tmp_path: Path, events: str, windows: int = 8) -> Replayed:
    plan = Plan(windows=windows, every="7d", history=20, rows=280, events=planned_events(events))
    return Loop(SPEC, plan, store, tmp_path).run()


def test_a_worthless_challenger_that_passed_its_gate_is_taken_back_and_the_loop_stops(
    store: Store, tmp_path: Path
) -> None:
    done = replay(store, tmp_path, "bad_export:column=temperature@2")
    assert done.first("promoted", since=1) == 2
    assert (done.first("taken_back"), done.count("asked")) == (3, 0)
    assert [told.version for told in done.windows] == [1, 1, 2, 1, 1, 1, 1, 1]
    (entry,) = [entry for entry in history(store, "demand") if entry.automatic]
    assert "look 1 of 4: mean_absolute_error better by -" in entry.reason
    assert stopped_by(store, "demand") == entry
    resume(store, "demand", actor="ada", reason="the export is right again")
    assert verify(store, "demand") == []


def test_a_changed_world_is_found_and_learned(store: Store, tmp_path: Path) -> None:
    done = replay(store, tmp_path, "concept_change@3", windows=9)
    assert done.first("asked", since=3) in (3, 4, 5)
    assert done.count("taken_back") == 0
    requests = retraining_requests(store, "demand")
    assert requests[0].alarms == ("realised_quality",)
    answered = [(one, later) for one, later in pairwise(requests) if later.champion != one.champion]
    assert all(later.at - one.at >= timedelta(days=14) for one, later in answered)
    now, unchanged = (done.mean_quality(9, unchanged=stayed) for stayed in (False, True))
    assert now is not None
    assert unchanged is not None
    assert now < unchanged
