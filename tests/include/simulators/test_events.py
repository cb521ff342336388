from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from include.simulators.events import (
    ConceptChange,
    Event,
    GoneNull,
    NewCategory,
    Season,
    Shift,
    VolumeCollapse,
    concept_strength,
    happen,
)

NOON = datetime(2024, 6, 15, 12, tzinfo=UTC)
DAYS = st.integers(min_value=-100, max_value=100)


def hours(count: int = 240) -> pd.DataFrame:
    times = pd.Series(pd.date_range("2024-06-10 12:00", periods=count, freq="h", tz="UTC"))
    return pd.DataFrame({"time": times, "amount": 10.0, "pieces": 10, "shop": "fuel"})


def after(event: Event) -> pd.DataFrame:
    touches = "world" if event.touches == "world" else "records"
    return happen([event], touches, hours(), "time", seed=1)


@given(days=DAYS, ramp=st.integers(min_value=0, max_value=50))
def test_strength_lies_between_nothing_and_everything_and_never_falls_before_the_end(days: int, ramp: int) -> None:
    start = NOON + pd.Timedelta(days=days)
    strength = ConceptChange(start=start, ramp=f"{ramp}d").strength(hours()["time"])
    assert ((strength >= 0) & (strength <= 1)).all()
    assert (np.diff(strength) >= 0).all()


def test_a_sudden_event_is_at_full_strength_from_its_first_moment() -> None:
    strength = ConceptChange(start=NOON).strength(hours()["time"])
    assert strength[119] == 0
    assert strength[120] == 1


def test_a_gradual_event_is_half_way_at_half_time() -> None:
    strength = ConceptChange(start=NOON, ramp="2d").strength(hours()["time"])
    assert strength[120 + 24] == pytest.approx(0.5)


def test_an_event_is_over_at_its_end() -> None:
    strength = ConceptChange(start=NOON, end=datetime(2024, 6, 16, 12, tzinfo=UTC)).strength(hours()["time"])
    assert strength.sum() == 24


def test_a_start_in_another_zone_is_the_same_moment() -> None:
    berlin = ConceptChange(start=datetime.fromisoformat("2024-06-15T14:00:00+02:00"))
    assert (berlin.strength(hours()["time"]) == ConceptChange(start=NOON).strength(hours()["time"])).all()


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValidationError, match="ends before it starts"):
        ConceptChange(start=NOON, end=datetime(2024, 6, 1, tzinfo=UTC))


def test_a_shift_moves_values_and_keeps_whole_numbers_whole() -> None:
    assert after(Shift(start=NOON, column="amount", times=2, plus=1))["amount"].iloc[[119, 120]].tolist() == [10, 21]
    pieces = after(Shift(start=NOON, column="pieces", times=1.26))["pieces"]
    assert pieces.iloc[[119, 120]].tolist() == [10, 13]
    assert pieces.dtype == np.int64


def test_a_new_category_takes_its_share_of_later_rows() -> None:
    shop = after(NewCategory(start=NOON, column="shop", value="crypto", share=0.5))["shop"]
    assert (shop[:120] == "fuel").all()
    assert 0.3 < (shop[120:] == "crypto").mean() < 0.7


def test_a_column_goes_null() -> None:
    amount = after(GoneNull(start=NOON, column="amount"))["amount"]
    assert amount[:120].notna().all()
    assert amount[120:].isna().all()


def test_volume_collapses_to_what_is_left() -> None:
    frame = after(VolumeCollapse(start=NOON, share_left=0.1))
    later = (frame["time"] >= pd.Timestamp(NOON)).sum()
    assert len(frame) - later == 120
    assert 2 < later < 30


def test_events_draw_independently_of_each_other() -> None:
    category: dict[str, Any] = {"start": NOON, "column": "shop", "value": "crypto"}
    shift = Shift(start=NOON, column="amount", times=2)
    alone = happen([NewCategory(**category)], "world", hours(), "time", seed=1)
    together = happen([NewCategory(**category), shift], "world", hours(), "time", seed=1)
    assert (alone["shop"] == together["shop"]).all()


def test_the_strongest_change_of_concept_counts() -> None:
    weak, strong = ConceptChange(start=NOON, ramp="100d"), ConceptChange(start=NOON)
    times = hours()["time"]
    assert (concept_strength([weak, strong], times) == strong.strength(times)).all()
    assert (concept_strength([], times) == 0).all()


def test_two_events_of_a_kind_do_not_fall_on_the_same_rows() -> None:
    first, second = (NewCategory(start=NOON, column="shop", value=value, share=0.5) for value in ("crypto", "app"))
    shops = happen([first, second], "world", hours(), "time", seed=1)["shop"][120:].value_counts()
    assert shops["crypto"] > 10
    assert shops["app"] > 30


def test_a_season_swings_from_where_it_begins_and_comes_back_after_a_period() -> None:
    begun = datetime(2024, 6, 12, 12, tzinfo=UTC)
    amounts = after(Season(start=begun, column="amount", swing=0.5, period="4d"))["amount"].to_numpy()
    np.testing.assert_allclose(amounts[[0, 47, 48, 72, 96, 120, 144]], [10, 10, 10, 15, 10, 5, 10])
