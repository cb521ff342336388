"""What is kept of the segments of a window: a table always, a page where somebody wants to see one."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from include.domain.predictions import Predictions
from include.domain.references import ModelVersionRef, Window
from include.domain.spec import ModelSpec
from include.watching.segment_losses import SegmentLosses
from include.watching.segments_told import table_key, watch_segments
from include.watching.served import Served
from tests.fakes import MemoryStore
from tests.include.watching.fleets import LOSS, a_watched_fleet

WEEK = Window(start=datetime(2026, 1, 5, tzinfo=UTC), end=datetime(2026, 1, 12, tzinfo=UTC))


@dataclass(frozen=True)
class Known:
    """What is asked of a champion here."""

    spec: ModelSpec
    by_segment: SegmentLosses | None
    version: ModelVersionRef


def served(off_by: float) -> Served:
    """Return a day of two towns, of which the answers about one are off."""
    rng = np.random.default_rng(7)
    frame = pd.DataFrame({"town": ["a", "b"] * 60, "shop": 1, "sales": rng.exponential(size=120)})
    return Served(frame, Predictions(np.where(frame["town"] == "a", -off_by, 0.0)))


def watched(store: MemoryStore, off_by: float, *, single: bool = False, **monitoring: Any) -> Any:
    spec = a_watched_fleet(**monitoring)
    rng = np.random.default_rng(8)
    then = SegmentLosses(LOSS, np.array(["a / 1", "b / 1"] * 60, dtype=object), rng.exponential(size=120))
    champion: Any = Known(spec, None if single else then, ModelVersionRef(name="churn", version=3, run_id="r3"))
    return watch_segments(spec, store, WEEK, champion, served(off_by))


def test_of_a_fleet_the_table_of_all_segments_and_a_page_are_kept() -> None:
    store = MemoryStore()
    observations, (page,), worse = watched(store, 3.0)
    assert worse == ("a / 1",)
    assert [one.name for one in observations] == ["segments_watched", "segments_worse", "lost_elsewhere"]
    table = pq.read_table(io.BytesIO(store.read(table_key("churn", WEEK)))).to_pylist()
    assert [(row["segment"], row["verdict"]) for row in table] == [("a / 1", "worse"), ("b / 1", "kept")]
    assert page.kind == "segments"
    assert b"a / 1" in store.read(page.uri.removeprefix(f"{store.uri}/"))
    assert watched(store, 3.0)[1] == (page,), "the same look makes the same page"


@pytest.mark.parametrize(("report", "off_by", "pages"), [("never", 3.0, 0), ("on_alarm", 0.0, 0), ("on_alarm", 3.0, 1)])
def test_a_page_is_made_when_the_spec_asks_for_one(report: str, off_by: float, pages: int) -> None:
    assert len(watched(MemoryStore(), off_by, report=report)[1]) == pages


def test_a_single_model_has_no_segments() -> None:
    store = MemoryStore()
    assert watched(store, 3.0, single=True) == ((), (), ())
    assert store.objects == {}
