from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from include.drafting.codes import find_codes, natural_range
from tests.include.drafting.frames import columns

RNG = np.random.default_rng(8)
ROWS = 2000
KIND = RNG.integers(1, 6, ROWS)
PIECES = RNG.integers(0, 7, ROWS)
HOUR = RNG.integers(0, 24, ROWS)
OUTCOME = np.array([0, 9, 2, 30, 4, 17])[KIND] + 0.5 * PIECES + np.sin(HOUR / 3) * 10 + RNG.normal(0, 1, ROWS)


def codes(**values: object) -> list[str]:
    return find_codes(columns(pd.DataFrame(values)).values(), OUTCOME)


@pytest.mark.parametrize(
    "name", ["vendor_id", "rate_code_id", "PULocationID", "pickup_location_id", "payment_type", "zip", "season", "code"]
)
def test_a_name_that_says_so_is_a_code(name: str) -> None:
    assert codes(**{name: RNG.integers(1, 200, ROWS)}) == [name]


@pytest.mark.parametrize("name", ["pieces", "age", "distance", "paid", "valid", "identity"])
def test_an_amount_is_none(name: str) -> None:
    assert codes(**{name: PIECES}) == []


def test_values_along_which_the_target_jumps_are_names_whatever_they_are_called() -> None:
    assert codes(what=KIND) == ["what"]


@pytest.mark.parametrize("name", ["hr", "pickup_hour", "weekday", "mnth", "month"])
def test_parts_of_the_calendar_keep_their_order(name: str) -> None:
    assert codes(**{name: HOUR}) == []


def test_fractions_negatives_and_different_numbers_in_every_row_are_no_codes() -> None:
    assert codes(shop_id=KIND + 0.5) == []
    assert codes(shop_id=KIND - 3) == []
    assert codes(shop_id=np.arange(ROWS)) == []


def test_the_calendar_has_bounds_of_its_own() -> None:
    assert natural_range("mnth") == (1, 12)
    assert natural_range("amount") is None
