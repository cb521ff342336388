from __future__ import annotations

import numpy as np
import pandas as pd

from include.drafting.giveaways import find_giveaway
from tests.include.drafting.frames import column

RNG = np.random.default_rng(5)
AMOUNT = np.round(RNG.gamma(2.0, 20.0, 2000), 2)
CLASS = np.where(RNG.random(2000) < 0.2, "bad", "good")


def test_a_copy_of_the_target_is_left_out() -> None:
    copy = AMOUNT.copy()
    copy[:5] = 0
    found = find_giveaway(column(AMOUNT, "y"), column(copy), "regression")
    assert found is not None
    assert found.certain
    assert found.reason == "equals y in 99.8% of the rows"


def test_the_target_in_other_units_is_left_out() -> None:
    for other in (AMOUNT * 1.1 + 3, np.log1p(AMOUNT), -AMOUNT):
        found = find_giveaway(column(AMOUNT, "y"), column(other), "regression")
        assert found is not None
        assert found.certain
        assert "the same thing in other units" in found.reason


def test_a_column_that_explains_nearly_everything_is_suspected() -> None:
    found = find_giveaway(column(AMOUNT, "y"), column(AMOUNT + RNG.normal(0, 2.5, 2000)), "regression")
    assert found is not None
    assert not found.certain
    assert "is it known before y is?" in found.reason


def test_categories_that_explain_nearly_everything_are_suspected() -> None:
    level = RNG.integers(0, 10, 2000)
    found = find_giveaway(column(level * 10.0 + RNG.random(2000), "y"), column(level.astype(str)), "regression")
    assert found is not None
    assert not found.certain


def test_an_honest_feature_is_kept() -> None:
    assert find_giveaway(column(AMOUNT, "y"), column(AMOUNT + RNG.normal(0, 20, 2000)), "regression") is None
    assert find_giveaway(column(AMOUNT, "y"), column(RNG.choice(["a", "b"], 2000)), "regression") is None
    risk = (CLASS == "bad") + RNG.normal(0, 0.7, 2000)
    assert find_giveaway(column(CLASS, "y"), column(risk), "binary") is None
    assert find_giveaway(column(CLASS, "y"), column(RNG.choice(["a", "b", "c"], 2000)), "binary") is None


def test_the_class_in_other_words_is_left_out() -> None:
    for words in ({"bad": "B", "good": "G"}, {"bad": 1, "good": 0}):
        found = find_giveaway(column(CLASS, "y"), column(pd.Series(CLASS).map(words)), "binary")
        assert found is not None
        assert found.certain
        assert "in other words" in found.reason


def test_a_column_that_is_filled_in_afterwards_is_left_out() -> None:
    reason = pd.Series(RNG.choice(["stolen", "lost", "copied"], 2000)).where(CLASS == "bad")
    found = find_giveaway(column(CLASS, "y"), column(reason), "binary")
    assert found is not None
    assert found.certain
    assert "filled in afterwards" in found.reason


def test_a_number_that_tells_the_class_is_suspected() -> None:
    found = find_giveaway(column(CLASS, "y"), column((CLASS == "bad") * 5 + RNG.random(2000)), "binary")
    assert found is not None
    assert not found.certain


def test_names_of_rows_tell_nothing_although_each_goes_with_one_class() -> None:
    assert find_giveaway(column(CLASS, "y"), column([f"name {i}" for i in range(2000)]), "binary") is None
    assert find_giveaway(column(AMOUNT, "y"), column([f"name {i}" for i in range(2000)]), "regression") is None


def test_a_rare_class_is_not_given_away_by_a_column_of_zeros() -> None:
    rare = np.zeros(2000, dtype=int)
    rare[:4] = 1
    assert find_giveaway(column(rare, "y"), column(np.zeros(2000, dtype=int)), "binary") is None


def test_rows_without_a_target_do_not_count() -> None:
    target = pd.Series(AMOUNT).where(np.arange(2000) % 2 == 0)
    found = find_giveaway(column(target, "y"), column(AMOUNT), "regression")
    assert found is not None
    assert found.certain
