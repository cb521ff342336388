"""The demand example's story: the model is fine until the planned moment, and what comes after can be learned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from include.domain.references import Window
from include.simulators.demand_story import CHANGE, CHANGED, HISTORY, WINDOWS, grocery_demand
from include.simulators.events import utc
from include.simulators.grocery_demand import START, simulate_grocery_demand


@pytest.fixture(scope="module")
def sales() -> pd.DataFrame:
    return grocery_demand()


def within(sales: pd.DataFrame, window: Window) -> pd.DataFrame:
    assert window.end is not None
    start = utc(window.start) if window.start else sales["day"].min()
    return sales[(sales["day"] >= start) & (sales["day"] < utc(window.end))]


def test_the_windows_follow_the_history_without_a_gap_to_the_last_row(sales: pd.DataFrame) -> None:
    assert HISTORY.end == WINDOWS[0].start
    assert [one.end for one in WINDOWS[:-1]] == [one.start for one in WINDOWS[1:]]
    assert sum(len(within(sales, window)) for window in (HISTORY, *WINDOWS)) == len(sales)


def test_the_world_changes_with_a_window_and_not_before(sales: pd.DataFrame) -> None:
    calm = simulate_grocery_demand((WINDOWS[-1].end - START).days)  # type: ignore[operator]
    assert CHANGE.start == WINDOWS[CHANGED].start
    for number, window in enumerate(WINDOWS):
        same = within(sales, window)["sold"].equals(within(calm, window)["sold"])
        assert same is (number < CHANGED)


def test_only_what_is_sold_tells_of_it(sales: pd.DataFrame) -> None:
    before, after = within(sales, WINDOWS[CHANGED - 1]), within(sales, WINDOWS[CHANGED])
    assert abs(np.log(before["price"].mean() / after["price"].mean())) < 0.05
    lift = [part.groupby("promotion")["sold"].mean().pipe(lambda s: s[1] / s[0]) for part in (before, after)]
    assert lift[0] > 1.3
    assert lift[1] < 1.2
