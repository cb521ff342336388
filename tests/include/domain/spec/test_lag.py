from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.domain.span import Span
from include.domain.spec.lag import Lag


def lag(**changed: Any) -> Lag:
    return Lag.model_validate({"do": "lag", "column": "sales", "periods": [1, 4], "every": "quarter", **changed})


def test_a_lag_is_named_by_its_column_and_how_many_periods_it_looks_back() -> None:
    assert lag().made == ("sales_lag_1", "sales_lag_4")


def test_the_farthest_period_says_how_far_back_the_step_reaches() -> None:
    assert lag(periods=[4, 1]).reach == Span(months=12)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"periods": []}, "at least 1 item"),
        ({"periods": [0]}, "greater than or equal to 1"),
        ({"periods": [-1]}, "greater than or equal to 1"),
        ({"periods": [1, 1]}, "each once"),
        ({"every": "90d"}, "expected a span such as hour, day"),
        ({"by": ["store", "store"]}, "'store' stands twice in by"),
        ({"by": ["sales"]}, "'sales' names the series"),
    ],
)
def test_a_lag_that_would_look_at_itself_or_nowhere_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        lag(**changed)
