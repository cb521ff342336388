"""Windows of DAG runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.domain.errors import DataError
from include.domain.references import Window
from plugins.windows import monitoring_windows, run_moment, run_window
from tests.specs import a_spec

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


class Run:
    def __init__(self, run_after: datetime) -> None:
        self.run_after = run_after


def test_a_run_without_interval_and_form_reads_everything() -> None:
    assert run_window(a_spec(), {"params": {}}).is_open


def test_a_scheduled_run_reads_the_specs_window_up_to_the_end_of_its_interval() -> None:
    spec = a_spec(data={"window": "7d"})
    assert run_window(spec, {"data_interval_end": MONDAY}) == Window(start=MONDAY - timedelta(days=7), end=MONDAY)


def test_a_spec_without_window_reads_everything_even_when_scheduled() -> None:
    assert run_window(a_spec(), {"data_interval_end": MONDAY}).is_open


def test_the_form_wins_over_the_interval() -> None:
    context = {"params": {"window_start": "2026-01-01T00:00:00"}, "data_interval_end": MONDAY}
    assert run_window(a_spec(data={"window": "7d"}), context) == Window(start=datetime(2026, 1, 1, tzinfo=UTC))


def test_an_asset_triggered_run_is_as_fresh_as_the_moment_it_was_due() -> None:
    assert run_moment({"dag_run": Run(MONDAY)}) == MONDAY


def test_a_scheduled_run_is_as_fresh_as_the_end_of_its_interval() -> None:
    later = MONDAY + timedelta(hours=5)
    assert run_moment({"data_interval_end": MONDAY, "dag_run": Run(later)}) == MONDAY


class Event:
    def __init__(self, window: Window | None) -> None:
        self.extra = {"window": window.to_json()} if window else {}


def day(number: int) -> Window:
    return Window(start=datetime(2026, 3, number, tzinfo=UTC), end=datetime(2026, 3, number + 1, tzinfo=UTC))


def test_monitoring_looks_at_every_window_that_was_scored_since_once_and_in_order() -> None:
    context = {"triggering_asset_events": {"churn.predictions": [Event(day(3)), Event(day(2)), Event(day(3))]}}
    assert monitoring_windows(a_spec(), context) == (day(2), day(3))


def test_a_length_in_the_spec_looks_back_from_the_end_of_what_was_scored() -> None:
    context = {"triggering_asset_events": {"churn.predictions": [Event(day(9))]}}
    spec = a_spec(monitoring={"window": "7d"})
    assert monitoring_windows(spec, context) == (Window(start=MONDAY + timedelta(days=1), end=day(9).end),)


def test_a_scheduled_monitoring_looks_at_its_interval_and_the_form_wins() -> None:
    context = {"data_interval_start": MONDAY - timedelta(days=1), "data_interval_end": MONDAY}
    assert monitoring_windows(a_spec(), context) == (Window(start=MONDAY - timedelta(days=1), end=MONDAY),)
    form = {"params": {"window_start": "2026-03-02", "window_end": "2026-03-03"}}
    assert monitoring_windows(a_spec(), context | form) == (day(2),)


@pytest.mark.parametrize("context", [{}, {"params": {"window_start": "2026-03-02"}}, {"data_interval_end": MONDAY}])
def test_a_run_that_names_no_window_says_what_to_fill_in(context: dict[str, object]) -> None:
    with pytest.raises(DataError, match="fill in both in the form"):
        monitoring_windows(a_spec(), context)
