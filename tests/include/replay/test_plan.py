from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.domain.errors import SpecError
from include.replay.plan import KINDS, Plan, PlannedEvent, plan_asked, planned_events
from include.simulators.events import ConceptChange, Shift
from tests.docs.pages import DOCS

START = datetime(2026, 1, 1, tzinfo=UTC)


def bounds(windows: int = 10) -> list[datetime]:
    return Plan(windows=windows, every="1d").bounds(START)


def test_an_event_begins_with_its_first_window_and_ends_with_its_last() -> None:
    (event,) = planned_events("shift:column=amount,times=2,ramp=2d@3-5")
    assert event.at(bounds()) == Shift(
        start=START + timedelta(days=2), end=START + timedelta(days=5), ramp="2d", column="amount", times=2
    )


def test_an_event_without_a_last_window_lasts() -> None:
    (event,) = planned_events("concept_change@3")
    assert event.at(bounds()) == ConceptChange(start=START + timedelta(days=2))


@pytest.mark.parametrize("text", ["drift@3", "shift@", "shift:column=a", "concept_change@5-3", "concept_change@0"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises((SpecError, ValueError)):
        planned_events(text)


def test_an_event_that_lacks_something_says_what_it_takes() -> None:
    with pytest.raises(SpecError, match="--events shift: column: Field required; it takes column, plus, ramp, times"):
        PlannedEvent(kind="shift", first=1).at(bounds())


def test_a_number_that_makes_no_sense_is_refused_by_its_option() -> None:
    with pytest.raises(SpecError, match="--every"):
        plan_asked(3, "soon", history=1, rows=100, seed=1, events="", start=None)


def test_windows_of_the_calendar_are_months() -> None:
    plan = plan_asked(3, "month", history=1, rows=100, seed=1, events="", start=None)
    assert [moment.month for moment in plan.bounds(START)] == [1, 2, 3, 4]


def test_every_kind_of_event_is_documented() -> None:
    page = (DOCS / "how-to" / "replay.md").read_text(encoding="utf-8")
    for name, kind in KINDS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        taken = set(kind.model_fields) - {"start", "end"} - ({"ramp"} if name == "bad_export" else set())
        assert {field for field in taken if f"`{field}`" not in row} == set(), name
