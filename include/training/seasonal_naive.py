"""The seasonal naive forecast: what it was a season ago, it will be again."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from include.domain.errors import SpecError
from include.spec_files.spelling import hint


class SeasonalNaive(RegressorMixin, BaseEstimator):
    """Predict the value of a season ago, as it stands in a column of the row; where it is missing, the median.

    It learns nothing else, and reads no other column: whoever forecasts has to be better than that [1]_.

    Parameters
    ----------
    column : str
        Holds the target's value of a season ago.

    References
    ----------
    .. [1] R. J. Hyndman, G. Athanasopoulos (2021). Forecasting: Principles and Practice, 3rd ed., section 5.2.

    Examples
    --------
    >>> rows = pd.DataFrame({"trips_lag_4": [3.0, np.nan], "other": 0.0})
    >>> SeasonalNaive("trips_lag_4").fit(rows, [4.0, 6.0]).predict(rows).tolist()
    [3.0, 5.0]
    """

    def __init__(self, column: str = "") -> None:
        self.column = column

    def fit(self, features: pd.DataFrame, target: ArrayLike) -> Self:
        """Remember the median of the target.

        Parameters
        ----------
        features : DataFrame of shape (n, number of features)
        target : array of shape (n,)

        Raises
        ------
        SpecError
            If the column is no feature.
        """
        if self.column not in features:
            raise SpecError(
                [f"training.baseline.seasonal_naive: no feature {self.column!r}: {hint(self.column, features.columns)}"]
            )
        self.feature_names_in_ = np.array([self.column], dtype=object)
        self.n_features_in_ = 1
        self.median_ = float(np.median(np.asarray(target, dtype=np.float64)))
        return self

    def predict(self, features: pd.DataFrame) -> NDArray[np.float64]:
        """Return the values of a season ago; shape (n,)."""
        check_is_fitted(self)
        before = features[self.column].to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isnan(before), self.median_, before)
