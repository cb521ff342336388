"""Fitting: an estimator meets rows, and what goes wrong there is said in the words of the spec."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import get_tags
from sklearn.utils._param_validation import InvalidParameterError

from include.domain.errors import DataError, SpecError
from include.domain.spec import ModelSpec
from include.training.rows import Rows
from include.training.weights import weight_arguments


def fit(spec: ModelSpec, estimator: BaseEstimator, rows: Rows, *, field: str = "training.parameters") -> list[str]:
    """Fit an estimator to rows, in place.

    Parameters
    ----------
    spec : ModelSpec
    estimator : estimator
    rows : Rows
    field : str
        Field of the spec that the parameters come from, for messages.

    Returns
    -------
    list of str
        What the libraries warned of, each warning once.

    Raises
    ------
    SpecError
        If a parameter has a value that the estimator does not take, or gaps meet an estimator that cannot take them.
    DataError
        If the rows cannot be fitted.
    """
    _check_gaps(spec, estimator, rows)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            estimator.fit(rows.features, rows.target, **weight_arguments(estimator, rows.weights))
        except InvalidParameterError as error:
            raise SpecError([f"{field}: {error}"]) from error
        except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
            raise DataError(f"{_name(estimator)} cannot be fitted to {len(rows):,} rows: {error}") from error
    return sorted({f"{warning.category.__name__}: {warning.message}" for warning in caught})


def _check_gaps(spec: ModelSpec, estimator: BaseEstimator, rows: Rows) -> None:
    if spec.training.build is not None or spec.training.preprocessing.numeric != "as_is":
        return
    inner = _inner(estimator)
    if get_tags(inner).input_tags.allow_nan:
        return
    numbers = rows.features.select_dtypes("number")
    gaps = {str(name): int(count) for name, count in numbers.isna().sum().items() if count}
    if gaps:
        shown = ", ".join(f"{name!r} ({count:,})" for name, count in gaps.items())
        raise SpecError(
            [
                f"training.preprocessing.numeric: as_is leaves gaps in {shown}, which {_name(inner)} cannot read: "
                f"use impute or scale"
            ]
        )


def _inner(estimator: Any) -> Any:
    return estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator


def _name(estimator: Any) -> str:
    return type(_inner(estimator)).__name__
