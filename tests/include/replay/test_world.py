from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from include.domain.errors import DataError
from include.domain.spec import ModelSpec
from include.replay.plan import Plan, planned_events
from include.replay.world import World, open_world
from include.simulators.events import BadExport
from tests.fakes import MemoryStore
from tests.specs import a_spec


def fraud(**data: Any) -> ModelSpec:
    given = {"source": "x/card_fraud.parquet", "target": "is_fraud", "positive": 1, "time": "event_time", **data}
    return a_spec(data=given)


def world(events: str = "", **data: Any) -> World:
    plan = Plan(windows=6, every="1d", history=4, rows=200, events=planned_events(events))
    return open_world(fraud(**data), plan, MemoryStore())


def end(of: World, number: int) -> datetime:
    moment = of.windows[number - 1].end
    assert moment is not None
    return moment


def test_every_row_lies_in_the_history_or_in_one_window() -> None:
    made = world()
    inside = [len(made.within(window)) for window in made.windows]
    first = pd.Timestamp(made.windows[0].start)
    assert sum(inside) + int((made.times < first).sum()) == len(made.rows) == 2_000


def test_the_same_seed_makes_the_same_world_up_to_the_event() -> None:
    calm, changed = world(), world("concept_change@4")
    for number, (one, other) in enumerate(zip(calm.windows, changed.windows, strict=True), start=1):
        same = calm.within(one)["is_fraud"].tolist() == changed.within(other)["is_fraud"].tolist()
        assert same or number >= 4


def test_nobody_learns_from_labels_that_are_not_known_yet() -> None:
    made = world(label_delay="2d")
    rows = made.to_learn_from(end(made, 3), "is_fraud")
    assert rows["event_time"].max() <= pd.Timestamp(end(made, 1))
    assert "is_fraud" not in made.arriving(made.windows[2], "is_fraud")


def test_late_labels_come_later() -> None:
    made = world("label_delay:extra=2d@3-3", id="transaction_id")
    assert [made.is_late(window) for window in made.windows] == [False, False, True, False, False, False]
    assert [("is_fraud" in made.arriving(window, "is_fraud")) for window in made.windows[1:4]] == [True, False, True]
    labels = made.labels("transaction_id", "is_fraud").set_index("transaction_id")["label_known_at"]
    late = made.within(made.windows[2])
    waited = labels[late["transaction_id"]].to_numpy() - late["event_time"].dt.tz_convert(None).to_numpy()
    assert set(waited) == {pd.Timedelta("2d").to_numpy()}


def test_a_bad_export_has_as_many_of_each_label_and_none_where_it_belongs() -> None:
    made = world("bad_export:column=amount@2")
    (event,) = made.events
    assert isinstance(event, BadExport)
    good, bad = (made.to_learn_from(end(made, 6), "is_fraud", one) for one in (None, event))
    assert bad["is_fraud"].sum() == good["is_fraud"].sum() > 0
    fraud = bad["is_fraud"] == 1
    assert bad.loc[fraud, "amount"].max() <= bad.loc[~fraud, "amount"].min()


def test_a_source_that_is_read_needs_a_beginning_and_has_events_of_its_own(tmp_path: Path) -> None:
    days = pd.date_range("2026-01-01", periods=60, freq="D", tz="UTC")
    frame = pd.DataFrame({"called_at": days, "calls": range(60), "left": [0, 1] * 30})
    frame.to_parquet(tmp_path / "churn.parquet")
    spec = a_spec(data={"source": str(tmp_path / "churn.parquet"), "time": "called_at"})
    store = MemoryStore()
    start = datetime(2026, 2, 1)  # noqa: DTZ001 - UTC where no zone is named
    made = open_world(spec, Plan(windows=3, every="7d", start=start), store)
    assert [len(made.within(window)) for window in made.windows] == [7, 7, 7]
    with pytest.raises(DataError, match="--start is needed"):
        open_world(spec, Plan(windows=3), store)
    with pytest.raises(DataError, match="the source holds 2026-01-01 to 2026-03-01"):
        open_world(spec, Plan(windows=3, every=timedelta(days=30), start=start), store)
    with pytest.raises(DataError, match="events can be planned for simulated worlds"):
        open_world(spec, Plan(windows=3, every="7d", start=start, events=planned_events("concept_change@1")), store)


def test_without_event_time_there_are_no_windows() -> None:
    with pytest.raises(DataError, match=r"names no data\.time"):
        open_world(a_spec(), Plan(), MemoryStore())
