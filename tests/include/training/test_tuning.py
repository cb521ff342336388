from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.domain.errors import DataError
from include.domain.spec import Tuning
from include.training.trials import Trial
from include.training.tuning import search

SPACE = {
    "x": {"kind": "float", "low": -3.0, "high": 3.0},
    "n": {"kind": "int", "low": 1, "high": 64, "log": True},
    "mode": {"kind": "choice", "values": ["a", "b", None, True]},
}


def _asked(trials: int = 15, **more: Any) -> Tuning:
    return Tuning.model_validate({"space": SPACE, "trials": trials, **more})


def _loss(parameters: dict[str, Any]) -> float:
    return float((parameters["x"] - 1) ** 2 + abs(parameters["n"] - 8) / 8 + (parameters["mode"] != "b"))


def _without_time(trials: list[Trial]) -> list[Trial]:
    return [trial.model_copy(update={"seconds": 0.0}) for trial in trials]


def _ticking(seconds: float) -> Any:
    ticks: Iterator[int] = count()
    return lambda: next(ticks) * seconds


def test_the_search_comes_near_the_best_parameters() -> None:
    best, trials = search(_asked(60), _loss, seed=7, greater_is_better=False)
    assert len(trials) == 60
    assert best.value == min(trial.value for trial in trials if trial.value is not None)
    assert best.value is not None
    assert best.value < 0.5


def test_what_is_greater_can_be_better() -> None:
    best, trials = search(_asked(), lambda p: -_loss(p), seed=7, greater_is_better=True)
    assert best.value == max(trial.value for trial in trials if trial.value is not None)


@settings(max_examples=10, deadline=None)
@given(cut=st.integers(0, 15), seed=st.integers(0, 2**32 - 1))
def test_a_search_that_was_cut_off_goes_on_as_if_it_had_not_been(cut: int, seed: int) -> None:
    _, whole = search(_asked(), _loss, seed=seed, greater_is_better=False)
    tried: list[dict[str, Any]] = []

    def counted(parameters: dict[str, Any]) -> float:
        tried.append(parameters)
        return _loss(parameters)

    # What was kept went through JSON, as the tags of nested runs do.
    kept = [Trial.model_validate_json(trial.model_dump_json()) for trial in whole[:cut]]
    _, resumed = search(_asked(), counted, seed=seed, greater_is_better=False, earlier=kept)
    assert _without_time(resumed) == _without_time(whole)
    assert len(tried) == 15 - cut


def test_every_trial_is_recorded_as_soon_as_it_is_done() -> None:
    recorded: list[Trial] = []

    def dying(parameters: dict[str, Any]) -> float:
        if len(recorded) == 3:
            raise KeyboardInterrupt
        return _loss(parameters)

    with pytest.raises(KeyboardInterrupt):
        search(_asked(), dying, seed=1, greater_is_better=False, record=recorded.append)
    assert [trial.number for trial in recorded] == [0, 1, 2]


def test_minutes_end_the_search_and_count_what_earlier_tries_took() -> None:
    asked = _asked(50, minutes=1)
    _, trials = search(asked, _loss, seed=1, greater_is_better=False, clock=_ticking(20.0))
    assert len(trials) == 3
    _, after = search(asked, _loss, seed=1, greater_is_better=False, earlier=trials[:2], clock=_ticking(20.0))
    assert len(after) == 3


def test_there_is_one_trial_at_least() -> None:
    _, trials = search(_asked(5, minutes=1e-9), _loss, seed=1, greater_is_better=False)
    assert len(trials) == 1


def test_a_combination_that_cannot_be_fitted_fails_its_trial_and_not_the_search() -> None:
    def picky(parameters: dict[str, Any]) -> float:
        if parameters["mode"] == "a":
            raise DataError("no mode a")
        return float("nan") if parameters["mode"] is None else _loss(parameters)

    best, trials = search(_asked(20), picky, seed=3, greater_is_better=False)
    problems = {trial.problem for trial in trials}
    assert {"", "no mode a", "the metric is nan"} == problems
    assert best.parameters["mode"] not in ("a", None)
    _, resumed = search(_asked(20), picky, seed=3, greater_is_better=False, earlier=trials[:12])
    assert _without_time(resumed) == _without_time(trials)


def test_a_search_in_which_nothing_could_be_fitted_says_why() -> None:
    def impossible(parameters: dict[str, Any]) -> float:
        raise DataError("too few rows")

    with pytest.raises(DataError, match="none of 4 trials could be fitted; the last one: too few rows"):
        search(_asked(4), impossible, seed=1, greater_is_better=False)
