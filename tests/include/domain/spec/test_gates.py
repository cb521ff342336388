from __future__ import annotations

import pytest
from pydantic import ValidationError

from include.domain.gate import Bound
from include.domain.spec import Beats, BoundSpec


def test_the_exact_test_counts_errors() -> None:
    with pytest.raises(ValidationError, match="needs metric: accuracy"):
        Beats(test="exact", metric="log_loss")
    assert Beats(test="exact", metric="accuracy").test == "exact"


def test_a_bound_that_asks_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="asks nothing"):
        BoundSpec(observation="roc_auc")


def test_a_bound_that_nothing_can_meet_is_refused() -> None:
    with pytest.raises(ValidationError, match="cannot be met"):
        BoundSpec(observation="roc_auc", at_least=0.9, at_most=0.8)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_bound_is_a_finite_number(value: float) -> None:
    with pytest.raises(ValidationError):
        BoundSpec(observation="roc_auc", at_least=value)


def test_a_bound_reaches_the_gate_whole() -> None:
    bound = BoundSpec(observation="roc_auc", at_least=0.8, confident=True, confidence=0.9, rows_at_least=200)
    assert bound.as_bound() == Bound(
        observation="roc_auc", at_least=0.8, confident=True, confidence=0.9, rows_at_least=200
    )


@pytest.mark.parametrize("confidence", [0.5, 1.0])
def test_a_comparison_is_neither_careless_nor_impossible(confidence: float) -> None:
    with pytest.raises(ValidationError):
        Beats(confidence=confidence)
