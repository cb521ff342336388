from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from include.simulators.events import ConceptChange, Event, GoneNull, NewCategory, Shift, VolumeCollapse
from include.simulators.grocery_demand import simulate_grocery_demand

CHANGE = datetime(2024, 3, 1, tzinfo=UTC)
EVENTS = [
    Shift(start=CHANGE, column="price", times=1.3),
    NewCategory(start=CHANGE, column="product", value="oat_milk"),
    ConceptChange(start=CHANGE),
    GoneNull(start=CHANGE, column="temperature", share=0.5),
    VolumeCollapse(start=CHANGE),
]


@pytest.fixture(scope="module")
def sales() -> pd.DataFrame:
    return simulate_grocery_demand()


def test_the_same_seed_makes_the_same_sales(sales: pd.DataFrame) -> None:
    assert_frame_equal(simulate_grocery_demand(), sales)
    assert not simulate_grocery_demand(seed=8)["sold"].equals(sales["sold"])


def test_every_day_has_every_product_in_every_store_once(sales: pd.DataFrame) -> None:
    assert not sales.duplicated(["day", "store", "product"]).any()
    assert len(sales) == 540 * 5 * 8
    assert sales["day"].is_monotonic_increasing


def test_sales_of_a_week_ago_are_those_of_the_same_store_and_product(sales: pd.DataFrame) -> None:
    one = sales[(sales["store"] == "S02") & (sales["product"] == "milk")].reset_index(drop=True)
    assert (one["sold_last_week"].iloc[7:].to_numpy() == one["sold"].iloc[:-7].to_numpy()).all()
    assert one["sold_last_week"].iloc[:7].isna().all()


def test_saturdays_sell_more_than_sundays(sales: pd.DataFrame) -> None:
    by_weekday = sales.groupby(sales["day"].dt.dayofweek)["sold"].mean()
    assert by_weekday[5] > 2 * by_weekday[6]


def test_ice_cream_is_for_summer_and_soup_for_winter(sales: pd.DataFrame) -> None:
    summer = sales["day"].dt.month.isin([6, 7, 8])
    mean = sales.groupby(["product", summer])["sold"].mean().unstack()
    assert mean.loc["ice_cream", True] > 2 * mean.loc["ice_cream", False]
    assert mean.loc["soup", True] < 0.7 * mean.loc["soup", False]


def test_promotions_sell(sales: pd.DataFrame) -> None:
    mean = sales.groupby(["product", "promotion"])["sold"].mean().unstack()
    assert (mean[1] > 1.15 * mean[0]).all()


def test_when_the_concept_changes_promotions_no_longer_sell() -> None:
    sales = simulate_grocery_demand(events=[ConceptChange(start=CHANGE)])
    later = sales[sales["day"] >= pd.Timestamp(CHANGE)]
    ratio = later.groupby(["product", "promotion"])["sold"].mean().unstack()
    assert np.log(ratio[1] / ratio[0]).abs().mean() < 0.15


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_before_its_start_an_event_changes_nothing_and_after_it_something(event: Event, sales: pd.DataFrame) -> None:
    changed = simulate_grocery_demand(events=[event])
    before = (sales["day"] < CHANGE).sum()
    assert_frame_equal(changed[:before], sales[:before])
    assert not changed[before:].equals(sales[before:])
