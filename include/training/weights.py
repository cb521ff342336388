"""Weights: rows that happened lately count more, where a training was asked for because the world has changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from include.domain.errors import SpecError
from include.domain.spec import ModelSpec

WEIGHT = "sample_weight"


def recency_weights(times: pd.Series, half_life: timedelta) -> NDArray[np.float64]:
    """Return how much each row counts: the newest 1, one that is a half-life older half of that.

    Parameters
    ----------
    times : Series of shape (n,)
        Event times, none missing.
    half_life : timedelta

    Returns
    -------
    array of shape (n,)

    Examples
    --------
    >>> times = pd.Series(pd.to_datetime(["2026-01-01", "2026-01-11", "2026-01-21"], utc=True))
    >>> recency_weights(times, timedelta(days=10))
    array([0.25, 0.5 , 1.  ])
    """
    age = (times.max() - times).dt.total_seconds().to_numpy(dtype=np.float64)
    return np.asarray(0.5 ** (age / half_life.total_seconds()), dtype=np.float64)


def check_takes_weights(spec: ModelSpec, estimator: BaseEstimator) -> None:
    """Check that an estimator can learn from rows that count differently.

    Raises
    ------
    SpecError
        If its ``fit`` takes no ``sample_weight``.
    """
    if not has_fit_parameter(_last(estimator), WEIGHT):
        maker = spec.training.estimator or spec.training.build
        raise SpecError(
            [
                f"retraining.data: weighted needs an estimator whose fit takes {WEIGHT}, and {maker} takes none: "
                "choose data: sliding or since_change, or another estimator"
            ]
        )


def weight_arguments(estimator: BaseEstimator, weights: NDArray[np.float64] | None) -> dict[str, Any]:
    """Return the arguments of ``fit`` that hand weights to the last step of an estimator; none where there are none."""
    if weights is None or not has_fit_parameter(_last(estimator), WEIGHT):
        return {}
    return {f"{estimator.steps[-1][0]}__{WEIGHT}" if isinstance(estimator, Pipeline) else WEIGHT: weights}


def _last(estimator: Any) -> Any:
    return estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
