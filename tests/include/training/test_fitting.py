from __future__ import annotations

import numpy as np
import pytest

from include.domain.errors import DataError, SpecError
from include.domain.spec import ModelSpec
from include.training.estimators import build_pipeline
from include.training.fitting import fit
from include.training.rows import DividedRows, divide
from tests.include.training.examples import HISTOGRAM, churn, customers, split


def _rows(spec: ModelSpec) -> DividedRows:
    return divide(spec, customers(), split(customers()))


def test_what_libraries_warn_of_is_returned_and_not_printed(recwarn: pytest.WarningsRecorder) -> None:
    spec = churn(parameters={"max_iter": 1})
    rows = _rows(spec)
    warned = fit(spec, build_pipeline(spec, rows.columns, {"max_iter": 1}), rows.fitted)
    assert any(text.startswith("ConvergenceWarning") for text in warned)
    assert not [warning for warning in recwarn if warning.category.__name__ == "ConvergenceWarning"]


def test_a_parameter_out_of_range_is_a_matter_of_the_spec() -> None:
    spec = churn()
    rows = _rows(spec)
    with pytest.raises(SpecError, match=r"training\.parameters: The 'C' parameter of LogisticRegression"):
        fit(spec, build_pipeline(spec, rows.columns, {"C": -1.0}), rows.fitted)


def test_gaps_meet_an_estimator_that_cannot_read_them() -> None:
    spec = churn(preprocessing={"numeric": "as_is"})
    rows = _rows(spec)
    with pytest.raises(SpecError, match=r"as_is leaves gaps in 'age' \(\d+\), which LogisticRegression cannot read"):
        fit(spec, build_pipeline(spec, rows.columns, {}), rows.fitted)


def test_gaps_are_left_to_an_estimator_that_reads_them() -> None:
    spec = churn(HISTOGRAM, preprocessing={"numeric": "as_is"})
    rows = _rows(spec)
    made = build_pipeline(spec, rows.columns, {"max_iter": 2})
    fit(spec, made, rows.fitted)
    assert len(made.predict(rows.fitted.features)) == len(rows.fitted)


def test_rows_that_cannot_be_fitted_are_a_matter_of_the_data() -> None:
    spec = churn()
    rows = _rows(spec)
    one_class = rows.fitted.where(np.asarray(rows.fitted.target == "yes"))
    with pytest.raises(DataError, match="LogisticRegression cannot be fitted to"):
        fit(spec, build_pipeline(spec, rows.columns, {}), one_class)
