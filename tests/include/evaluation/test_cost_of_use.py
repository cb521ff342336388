from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.spec import ModelSpec
from include.evaluation.cost_of_use import SIZES, observe_latency, observe_size
from tests.include.evaluation.rows import holdout_of, spec_for

ROWS = holdout_of(np.arange(30.0))


def asking(*names: str) -> ModelSpec:
    return spec_for("regression", gates={"bounds": [{"observation": name, "at_most": 1} for name in names]})


def test_what_nobody_asks_for_is_not_timed() -> None:
    assert observe_latency(asking("r2"), ROWS, lambda rows: 1 / 0) == ()


@pytest.mark.parametrize("name", SIZES)
def test_requests_have_the_size_they_claim_and_the_median_is_told(name: str) -> None:
    asked: list[int] = []
    ticks = iter(np.cumsum([0.0, *([0.5, 0.25] * 200)]))

    def ask(rows: pd.DataFrame) -> Any:
        asked.append(len(rows))

    (seen,) = observe_latency(asking(name), ROWS, ask, clock=lambda: float(next(ticks)))
    size, repeats = SIZES[name]
    assert asked == [size] * (repeats + 1)
    assert (seen.value, seen.unit, seen.n) == (0.5, "seconds", repeats)
    assert seen.interval is not None
    assert "95th percentile 0.5 s" in seen.detail


def test_a_model_that_cannot_answer_has_no_latency() -> None:
    turns = count()

    def ask(rows: pd.DataFrame) -> Any:
        if next(turns) > 3:
            raise ValueError("too hot")

    (seen,) = observe_latency(asking("predict_seconds.one_row"), ROWS, ask)
    assert (seen.value, seen.detail) == (None, "the model cannot answer: too hot")
    (empty,) = observe_latency(asking("predict_seconds.one_row"), ROWS.head(0), ask)
    assert empty.value is None


def test_a_model_whose_size_nobody_measured_has_none() -> None:
    assert (observe_size(4096.0).value, observe_size(4096.0).unit) == (4096, "bytes")
    assert observe_size(None).value is None
