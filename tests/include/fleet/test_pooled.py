"""Who serves where no member does: whoever has shown that he should."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from include.fleet import pooled as pooling
from include.fleet.champion import Champion
from include.fleet.pooled import Pooled, judge_pooled
from include.training.estimators import build_baseline
from tests.include.fleet.works import RUN, a_champion, a_fleet_spec, divided, fitted, parts_of, towns

SPEC = a_fleet_spec(data={"features": ["size", "town"]})
FRAME = towns()
HOLDOUT = FRAME[parts_of(FRAME) == 1]
NOBODY_KNOWS = FRAME.assign(sold=np.random.default_rng(0).permutation(FRAME["sold"].to_numpy()))


@pytest.fixture(autouse=True)
def training_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rows that learn be known without a run of MLflow."""
    monkeypatch.setattr(pooling, "trained_rows", lambda run_id: FRAME.index.to_numpy()[parts_of(FRAME) == 0])


def pooled_on(frame: Any, **run: Any) -> Pooled:
    rows = divided(SPEC, frame)
    baseline = build_baseline(SPEC).fit(rows.fitted.features, rows.fitted.target)
    return Pooled(RUN.model_copy(update=run), fitted(SPEC, frame), baseline)


def judged(pooled: Pooled, champion: Champion | None = None) -> tuple[str, str | None]:
    source, verdict = judge_pooled(SPEC, pooled, champion, HOLDOUT, HOLDOUT)
    return source, verdict.outcome if verdict else None


def test_the_first_that_beats_the_baseline_serves() -> None:
    made = pooled_on(FRAME)
    assert judged(made) == ("challenger", "passed")
    assert made.serving("challenger", None) is made.model


def test_where_the_first_does_not_the_baseline_stands_in() -> None:
    made = pooled_on(NOBODY_KNOWS)
    source, outcome = judged(made)
    assert (source, outcome == "passed") == ("baseline", False)
    assert made.serving("baseline", None) is made.baseline
    assert made.serving_run("baseline", None) == RUN.run_id


def test_who_is_no_better_than_the_champions_does_not_take_its_place() -> None:
    champion = a_champion(SPEC, FRAME)
    made = pooled_on(FRAME)
    source, outcome = judged(made, champion)
    assert (source, outcome == "passed") == ("champion", False)
    assert made.serving("champion", champion) is champion.pooled
    assert made.serving_run("champion", champion) == "older-pooled-run"


def test_who_is_better_than_the_champions_serves() -> None:
    champion = a_champion(SPEC, NOBODY_KNOWS)
    made = pooled_on(FRAME)
    assert judged(made, champion) == ("challenger", "passed")
    assert made.serving_run("challenger", champion) == RUN.run_id


def test_the_champions_own_is_not_judged_again() -> None:
    assert judged(pooled_on(FRAME, run_id="older-pooled-run"), a_champion(SPEC, FRAME)) == ("champion", None)


def test_one_model_for_all_that_served_before_is_met_as_it_is() -> None:
    """The spec became one of a fleet since."""
    alone = replace(a_champion(SPEC, FRAME), model=fitted(SPEC, FRAME))
    assert alone.member("a") is None
    assert (alone.pooled_run, alone.pooled) == ("champion-run", alone.model)
    source, outcome = judged(pooled_on(FRAME), alone)
    assert (source, outcome == "passed") == ("champion", False)
