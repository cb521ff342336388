"""What of a window is compared with its reference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from include.domain.references import Window
from include.watching.drifted import watched_columns
from tests.include.watching.world import a_watched_spec

START = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = ["at", "signal", "at_hour", "at_weekday", "at_month", "y"]


@pytest.mark.parametrize(
    ("days", "moments"),
    [
        (1, {"at", "at_weekday", "at_month"}),
        (7, {"at", "at_month"}),
        (0.5, {"at", "at_hour", "at_weekday", "at_month"}),
    ],
)
def test_a_part_of_the_calendar_that_a_window_cannot_go_through_is_no_drift(days: float, moments: set[str]) -> None:
    spec = a_watched_spec(data={"time": "at"}, cleaning=[{"do": "calendar", "column": "at"}])
    champion: Any = SimpleNamespace(spec=spec)
    window = Window(start=START, end=START + timedelta(days=days))
    found = watched_columns(champion, COLUMNS, weighted=False, window=window)
    assert {column.name for column in found if column.kind == "time"} == moments
    assert "signal" in {column.name for column in found if column.kind is None}
