from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.domain.spec import Split, TrainingSpec, Tuning

RIDGE = "sklearn.linear_model.Ridge"


@pytest.mark.parametrize("makers", [{}, {"estimator": RIDGE, "build": "include.specs.churn.build"}])
def test_a_model_has_one_maker(makers: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="give either estimator"):
        TrainingSpec(**makers)


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({"kind": "int", "low": 5, "high": 2}, "low 5 is above high 2"),
        ({"kind": "float", "low": 5, "high": 2}, "low 5 is above high 2"),
        ({"kind": "int", "low": 0, "high": 2, "log": True}, "log needs low above 0"),
        ({"kind": "float", "low": 0, "high": 1, "log": True}, "log needs low above 0"),
        ({"kind": "float", "low": 0, "high": float("inf")}, "finite number"),
        ({"kind": "choice", "values": []}, "at least 1 item"),
        ({"kind": "dice"}, "does not match any of the expected tags"),
    ],
)
def test_a_search_space_holds_something(space: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Tuning(space={"alpha": space})


def test_a_range_may_be_one_value() -> None:
    assert Tuning(space={"alpha": {"kind": "float", "low": 1, "high": 1}}).space["alpha"].low == 1


def test_a_search_without_a_space_is_refused() -> None:
    with pytest.raises(ValidationError):
        Tuning(space={})


@pytest.mark.parametrize("share", [0, 0.9, -0.1, 1])
def test_a_split_leaves_rows_on_every_side(share: float) -> None:
    with pytest.raises(ValidationError):
        Split(holdout=share)


def test_the_seed_fits_every_generator() -> None:
    with pytest.raises(ValidationError):
        TrainingSpec(estimator=RIDGE, seed=2**32)


@pytest.mark.parametrize(
    "space",
    [
        {"kind": "float", "low": 0.001, "high": 2, "log": True},
        {"kind": "float", "low": -1, "high": 1},
        {"kind": "int", "low": 0, "high": 1},
    ],
)
def test_only_orders_of_magnitude_begin_above_zero(space: dict[str, Any]) -> None:
    assert Tuning(space={"alpha": space}).space["alpha"].model_dump(exclude_defaults=True) == space
