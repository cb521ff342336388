from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from include.domain.gate import Bound, Improvement


def test_a_requirement_that_asks_nothing_or_the_impossible_is_refused() -> None:
    with pytest.raises(ValidationError, match="asks nothing"):
        Bound(observation="roc_auc")
    with pytest.raises(ValidationError, match="cannot be met"):
        Bound(observation="roc_auc", at_least=1, at_most=0)
    with pytest.raises(ValidationError, match="finite"):
        Bound(observation="roc_auc", at_least=math.nan)
    with pytest.raises(ValidationError, match="accuracy"):
        Improvement(rival="champion", metric="log_loss", test="exact")


def test_what_is_asked_reads_as_a_sentence_would_say_it() -> None:
    bound = Bound(observation="roc_auc", at_least=0.8, at_most=0.9, confident=True, rows_at_least=1000)
    assert bound.as_text() == "at least 0.8 and at most 0.9 on 1,000 rows or more, whole 95% interval"
    improvement = Improvement(rival="champion", metric="log_loss", confidence=0.995, margin=-0.01)
    assert improvement.as_text() == "whole 99.5% interval above -0.01"
    assert improvement.observation == "improvement_over_champion.log_loss"
