"""Windows of DAG runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from include.domain.references import Window
from plugins.windows import run_moment, run_window
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
