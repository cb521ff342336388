"""The part of a spec that says when rows are scored in batches, which rows, and by whom."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from include.domain.record import Record
from include.domain.spec.data import Source
from include.domain.spec.fields import Duration
from include.domain.spec.schedule import Schedule

Choice = Literal["present", "of_that_time"]
"""Which champion scores: that of today, or that of the window's end."""


class ScoringSpec(Record):
    """How batches of rows are scored."""

    schedule: Schedule | None = Field(
        default=None, description="A cron line, several, or a mapping; on demand only if left out"
    )
    window: Duration | None = Field(
        default=None, description="How far back a scheduled run looks; since the one before if left out"
    )
    source: Source | None = Field(default=None, description="Where the rows are read; data.source if left out")
    champion: Choice = Field(
        default="present", description="Who scores a window of the past: today's champion, or that of its end"
    )
    chunk_rows: int = Field(default=100_000, ge=1, le=1_000_000, description="Rows in memory, and in a file, at once")
