from __future__ import annotations

from dataclasses import replace

import numpy as np

from include.serving.service.golden_check import agreeing
from tests.include.serving.service.houses import a_fraud_spec, a_model, payments


def test_a_short_way_that_says_what_the_pipeline_says_is_taken() -> None:
    model = a_model(a_fraud_spec())
    assert agreeing(model, payments().head(50)) is model


def test_a_short_way_that_differs_is_given_up() -> None:
    model = a_model(a_fraud_spec())
    assert model.rows is not None
    assert model.rows.matrix.fill is not None
    broken = replace(model.rows, matrix=replace(model.rows.matrix, fill=np.zeros(len(model.rows.matrix.fill))))
    assert agreeing(replace(model, rows=broken), payments().head(50)).rows is None
