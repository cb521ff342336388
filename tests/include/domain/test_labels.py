from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.labels import GivenLabel, SettledLabel, settle

START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.one_of(st.none(), st.integers(0, 5).map(lambda day: START + timedelta(days=day)))
LABELS = st.lists(st.builds(GivenLabel, st.sampled_from([0, 1, 2]), MOMENTS), max_size=8)


def test_no_label_is_none() -> None:
    assert settle([]) is None


@given(LABELS, st.randoms())
def test_the_order_in_which_labels_are_read_decides_nothing(labels: list[GivenLabel], random: object) -> None:
    shuffled = sorted(labels, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert settle(labels) == settle(shuffled)


@given(LABELS.filter(bool))
def test_giving_all_labels_twice_changes_no_value(labels: list[GivenLabel]) -> None:
    once, twice = settle(labels), settle([*labels, *labels])
    assert once is not None
    assert twice is not None
    assert once.value == twice.value


@given(LABELS, st.sampled_from([0, 1, 2]))
def test_a_correction_counts_whatever_was_said_before(labels: list[GivenLabel], value: int) -> None:
    correction = GivenLabel(value, START + timedelta(days=9))
    found = settle([*labels, correction])
    assert found is not None
    assert found.value == value


@given(LABELS, st.integers(0, 5))
def test_what_comes_later_changes_nothing_of_what_was_known(labels: list[GivenLabel], day: int) -> None:
    as_of = START + timedelta(days=day)
    late = GivenLabel(1, as_of + timedelta(seconds=1))
    assert settle([*labels, late], as_of) == settle(labels, as_of)


def a_label(value: int, day: int | None = None) -> GivenLabel:
    return GivenLabel(value, None if day is None else START + timedelta(days=day))


@pytest.mark.parametrize(
    ("labels", "settled"),
    [
        ([a_label(1)], SettledLabel(1, "given")),
        ([a_label(1, 3)], SettledLabel(1, "given")),
        ([a_label(1), a_label(1, 3)], SettledLabel(1, "repeated")),
        ([a_label(0, 3), a_label(1, 4)], SettledLabel(1, "corrected")),
        ([a_label(0), a_label(1, 4)], SettledLabel(1, "corrected")),
        ([a_label(0), a_label(1)], SettledLabel(None, "disagreeing")),
        ([a_label(2, 3), a_label(0, 4), a_label(1, 4)], SettledLabel(None, "disagreeing")),
    ],
)
def test_a_label_tells_how_it_was_come_by(labels: list[GivenLabel], settled: SettledLabel) -> None:
    assert settle(labels) == settled


def test_what_became_known_at_the_very_moment_counts() -> None:
    assert settle([a_label(1, 3)], START + timedelta(days=3)) == SettledLabel(1, "given")
