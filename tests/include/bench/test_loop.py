from __future__ import annotations

from typing import Any

import pytest

from include.bench.loop import SEEDS, report_of
from include.bench.loop_worlds import BAD, CHANGE, NOTHING, SCENARIOS, Outcome, Scenario, best_log_loss, outcome_of
from include.bench.report import Report
from include.domain.references import Window
from include.replay.told import Happened, Kind, Replayed, WindowTold
from include.simulators.card_fraud import fraud_chances, simulate_card_fraud
from include.spec_files.reading import read_spec
from tests.docs.pages import DOCS

SPEC = read_spec(DOCS / "examples" / "fraud_loop.yaml")
CALM = Outcome(seed=1)
ANSWERED = Outcome(seed=1, asked=(24,), promoted=(24,), delay=3, before=0.05, now=0.09, unchanged=0.16, best=0.08)
CAUGHT = Outcome(seed=1, promoted=(10,), taken_back=(13,), was_worthless=True, served_in_vain=3)


def report(**found: list[Outcome]) -> Report:
    kept = {"calm": [CALM], "changed": [ANSWERED], "bad": [CAUGHT]} | found
    names = (NOTHING.name, CHANGE.name, BAD.name)
    return report_of(SCENARIOS, dict(zip(names, (kept["calm"], kept["changed"], kept["bad"]), strict=True)))


def replayed(scenario: Scenario, *happened: tuple[int, Kind]) -> Replayed:
    windows = tuple(
        WindowTold(number=n, window=Window(), rows=100, version=1, quality=0.1, unchanged=0.2)
        for n in range(1, scenario.windows + 1)
    )
    return Replayed(
        model="fraud_loop",
        metric="log_loss",
        greater_is_better=False,
        plan=scenario.plan(7),
        windows=windows,
        happened=tuple(Happened(window=window, kind=kind, text="") for window, kind in happened),
        seconds=1.0,
    )


def test_what_was_promised_is_kept_by_a_loop_that_does_it() -> None:
    assert report().broken == ()
    assert SEEDS == 20
    assert {NOTHING.windows, CHANGE.windows} == {90}


@pytest.mark.parametrize(
    ("found", "broken"),
    [
        ({"calm": [CALM, Outcome(seed=2, asked=(4, 30))]}, "nothing happens, seed 2: asked for 2 times"),
        ({"calm": [Outcome(seed=3, taken_back=(9,))]}, "nothing happens, seed 3: taken back"),
        ({"changed": [ANSWERED.model_copy(update={"delay": 4})]}, "asked for after 4 labelled windows in the median"),
        ({"changed": [ANSWERED.model_copy(update={"delay": None})]}, "asked for after never in the median"),
        ({"changed": [ANSWERED.model_copy(update={"now": 0.152})]}, "another concept: 10 % restored in the median"),
        ({"bad": [CAUGHT, Outcome(seed=4)]}, "a worthless challenger, seed 4: never passed its gate"),
        ({"bad": [Outcome(seed=5, was_worthless=True)]}, "a worthless challenger, seed 5: not taken back"),
    ],
)
def test_every_promise_can_be_broken(found: dict[str, Any], broken: str) -> None:
    (said,) = report(**found).broken
    assert broken in said


def test_one_request_in_a_calm_world_is_allowed() -> None:
    assert report(calm=[Outcome(seed=1, asked=(4,))]).broken == ()


def test_a_world_is_told_by_what_happened_from_its_event_on() -> None:
    done = replayed(CHANGE, (0, "promoted"), (24, "asked"), (24, "refused"), (27, "asked"), (27, "promoted"))
    found = outcome_of(SPEC, CHANGE, done)
    assert (found.asked, found.promoted, found.delay, found.champion_after) == ((24, 27), (27,), 3, 6)
    assert (found.before, found.now, found.unchanged) == (pytest.approx(0.1), pytest.approx(0.1), pytest.approx(0.2))
    assert not found.was_worthless


def test_a_worthless_challenger_is_the_one_of_its_window() -> None:
    taken = outcome_of(SPEC, BAD, replayed(BAD, (10, "promoted"), (13, "taken_back")))
    assert (taken.was_worthless, taken.served_in_vain) == (True, 3)
    assert not outcome_of(SPEC, BAD, replayed(BAD, (10, "refused"))).was_worthless


def test_the_best_of_all_models_says_the_chances_that_the_world_drew_by() -> None:
    plan = CHANGE.model_copy(update={"windows": 8, "at": 3}).plan(7).model_copy(update={"history": 4})
    best = best_log_loss(SPEC, plan, 5)
    assert 0.04 < best < 0.12
    payments = simulate_card_fraud(40_000)
    assert fraud_chances(payments).mean() == pytest.approx(payments["is_fraud"].mean(), rel=0.05)
