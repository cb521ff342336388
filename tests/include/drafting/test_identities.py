from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.drafting.identities import Identity, find_identity


def cents(rng: np.random.Generator, rows: int, scale: float = 10.0) -> np.ndarray:
    return np.round(rng.gamma(1.5, scale, rows), 2)


@settings(max_examples=40, deadline=None)
@given(
    coefficients=st.lists(st.sampled_from([-2, -1, 1, 1, 3]), min_size=1, max_size=5),
    seed=st.integers(0, 10_000),
    broken=st.sampled_from([0, 3]),
)
def test_planted_sums_are_found_whatever_the_signs_and_the_odd_wrong_row(
    coefficients: list[int], seed: int, broken: int
) -> None:
    rng = np.random.default_rng(seed)
    parts = {f"part{i}": cents(rng, 800, 10.0 ** (i % 3)) for i in range(len(coefficients))}
    target = np.sum([c * values for c, values in zip(coefficients, parts.values(), strict=True)], axis=0)
    target[:broken] += 17.3
    noise = {f"noise{i}": cents(rng, 800) for i in range(4)}
    found = find_identity("target", target, {**noise, **parts})
    assert found is not None
    assert sorted(found.terms) == sorted(zip(coefficients, parts, strict=True))
    assert found.share == pytest.approx(1 - broken / 800)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_unrelated_columns_add_up_to_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = {f"x{i}": rng.integers(0, 5, 500).astype(float) for i in range(8)}
    assert find_identity("y", rng.integers(0, 5, 500).astype(float), columns) is None


def test_a_nearly_constant_tax_belongs_to_the_sum() -> None:
    rng = np.random.default_rng(1)
    tax = np.where(rng.random(20_000) < 0.995, 0.5, 0.0)
    surcharge = np.where(rng.random(20_000) < 0.999, 0.3, 0.0)
    fare, tip = cents(rng, 20_000), cents(rng, 20_000, 2.0)
    total = fare + tip + tax + surcharge
    found = find_identity("fare", fare, {"tax": tax, "surcharge": surcharge, "tip": tip, "total": total})
    assert found is not None
    assert str(found) == "fare = total - surcharge - tax - tip"


def test_columns_that_repeat_each_other_do_not_hide_a_sum_of_two() -> None:
    rng = np.random.default_rng(2)
    casual, registered = rng.integers(0, 50, 500).astype(float), rng.integers(0, 200, 500).astype(float)
    columns = {"casual": casual, "registered": registered, "twice": 2 * casual, "half": registered / 2}
    found = find_identity("cnt", casual + registered, columns)
    assert found is not None
    assert found.share == 1


def test_gaps_in_a_part_do_not_matter_if_they_are_few() -> None:
    rng = np.random.default_rng(3)
    first, second = cents(rng, 1000), cents(rng, 1000)
    total = first + second
    first[:5] = np.nan
    assert find_identity("total", total, {"first": first, "second": second}) is not None
    first[:500] = np.nan
    assert find_identity("total", total, {"first": first, "second": second}) is None


def test_too_few_rows_prove_nothing() -> None:
    rng = np.random.default_rng(4)
    first, second = cents(rng, 30), cents(rng, 30)
    assert find_identity("total", first + second, {"first": first, "second": second}) is None


def test_an_identity_reads_like_a_formula() -> None:
    assert str(Identity("y", ((-1, "b"), (2, "a"), (1, "c")), 1.0)) == "y = 2 x a + c - b"
