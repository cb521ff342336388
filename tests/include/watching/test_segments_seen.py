"""Which segments are called worse: those that are, however many others there are."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from include.domain.concerns import concern_gates
from include.domain.evidence import Evidence, Observation
from include.domain.gate import decide
from include.domain.verdict import Outcome
from include.watching.segment_losses import SegmentLosses
from include.watching.segments_seen import SOME_AT_MOST, SegmentsSeen, observe_segments
from tests.include.watching.fleets import LOSS, a_watched_fleet, losses

SPEC = a_watched_fleet()
PROMISED = losses(100, seed=1)


def found(seen: SegmentsSeen, name: str) -> Observation:
    return next(one for one in seen.observations if one.name == name)


def outcome(seen: SegmentsSeen) -> Outcome:
    gate = next(gate for gate in concern_gates(SPEC) if gate.name == "realised_quality")
    asked = tuple(one for one in gate.requirements if one.observation.startswith("segments"))
    evidence = Evidence(subject="fleet", observations=seen.observations)
    return decide(gate.model_copy(update={"requirements": asked}), evidence).outcome


def test_segments_that_got_worse_are_named_the_worst_first_and_raise_an_alarm() -> None:
    now = losses(100, worse=(17, 40))
    now.losses[40 * 60 : 41 * 60] += 1
    seen = observe_segments(SPEC, now, PROMISED)
    assert seen.worse == ("s040", "s017")
    worse = found(seen, "segments_worse")
    assert worse.value == 2
    assert worse.detail == "of 100 watched, by mean_absolute_error: 2 segments: s040, s017"
    assert found(seen, "segments_watched").value == 100
    assert outcome(seen) == "blocked"


def test_a_fleet_that_has_kept_its_quality_passes() -> None:
    seen = observe_segments(SPEC, losses(100), PROMISED)
    assert (seen.worse, outcome(seen)) == ((), "passed")


def test_segments_that_got_better_are_no_alarm() -> None:
    assert outcome(observe_segments(SPEC, losses(100, worse=range(50), by=-0.5), PROMISED)) == "passed"


def test_a_fleet_as_good_as_ever_raises_an_alarm_in_as_few_windows_as_is_said() -> None:
    windows = 150
    seen = [
        observe_segments(SPEC, losses(60, 40, seed=seed), losses(60, 25, seed=9_000 + seed)) for seed in range(windows)
    ]
    alarms = sum(bool(found(one, "segments_worse").value) for one in seen)
    # One in forty is allowed: four of 150 are expected, and more than ten in one of a thousand repetitions.
    assert alarms <= 10


def test_of_many_segments_that_are_called_worse_few_are_called_so_wrongly() -> None:
    truly = {f"s{at:03}" for at in range(30)}
    called = [
        segment
        for seed in range(10)
        for segment in observe_segments(SPEC, losses(100, seed=seed, worse=range(30)), PROMISED).worse
    ]
    assert len(called) > 0.8 * 10 * len(truly)
    assert sum(segment not in truly for segment in called) <= 0.05 * len(called)


def test_where_the_others_have_lost_as_well_all_are_to_be_trained() -> None:
    seen = observe_segments(SPEC, losses(100, worse=(17,), by=2.0, all_by=0.15), PROMISED)
    assert 1 <= (found(seen, "segments_worse").value or 0) < 10
    elsewhere = found(seen, "lost_elsewhere")
    assert elsewhere.value == pytest.approx(0.15, abs=0.05)
    assert elsewhere.interval is not None
    assert elsewhere.interval.low > 0
    assert seen.worse == ()


def test_where_a_thousand_segments_are_worse_it_is_the_fleet() -> None:
    count = SOME_AT_MOST + 50
    then, now = losses(count, 30, seed=1), losses(count, 30, worse=range(count - 20), by=5.0)
    seen = observe_segments(SPEC, now, then)
    assert (found(seen, "segments_worse").value or 0) > SOME_AT_MOST
    assert seen.worse == ()


def test_segments_of_few_rows_or_unknown_at_the_promotion_are_not_watched_and_counted() -> None:
    few = losses(3, 19, seed=2)
    whole = losses(2)
    names = np.concatenate([np.char.add("t", few.segments.astype(str)), whole.segments]).astype(object)
    now = SegmentLosses(LOSS, names, np.concatenate([few.losses, whole.losses]))
    seen = observe_segments(SPEC, now, PROMISED)
    watched = found(seen, "segments_watched")
    assert (watched.value, watched.n) == (2, 5)
    assert watched.detail == "3 of 5 segments have fewer than 20 labelled rows, now or at the promotion"
    assert seen.table["verdict"].tolist() == ["kept", "kept", "too few", "too few", "too few"]


@pytest.mark.parametrize(
    ("now", "then", "told"),
    [
        (losses(5, 10), PROMISED, "5 of 5 segments have fewer than 20 labelled rows, .*monitoring.rows_at_least"),
        (losses(0), PROMISED, "no label is known yet"),
        (replace(losses(0), problem="3 of 60 predictions are missing"), PROMISED, "3 of 60 predictions are missing"),
        (losses(5), replace(losses(0), problem="nobody judged it"), "nobody judged it"),
    ],
    ids=["few rows", "no labels", "broken answers", "no promise"],
)
def test_where_no_segment_can_be_watched_nothing_is_said_to_be_well(
    now: SegmentLosses, then: SegmentLosses, told: str
) -> None:
    seen = observe_segments(SPEC, now, then)
    worse = found(seen, "segments_worse")
    assert worse.value is None
    assert re.search(told, worse.detail)
    assert outcome(seen) == "inconclusive"


def test_the_table_has_a_row_for_every_segment_with_labels_today() -> None:
    seen = observe_segments(SPEC, losses(40, worse=(3,)), PROMISED)
    row = seen.table.iloc[0]
    assert (row["segment"], row["verdict"], row["rows"], row["rows_then"]) == ("s003", "worse", 60, 60)
    assert row["rise"] == pytest.approx(row["now"] - row["then"])
    assert row["low"] < row["rise"] < row["high"]
    assert len(seen.table) == 40
