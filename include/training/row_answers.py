"""Row answers: what a stored model says of a few rows at once, each row's answer the same whoever stands beside it.

Requests that arrive together are answered by one call, so a row's numbers must not depend on the others: trees and
forests look at rows one by one, and linear models are computed so here, for a product of matrices adds up in an order
that depends on their size. Other models are asked as training asks them, one request at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.training.flat_trees import FlatTrees, flat_trees
from include.training.models import threshold_of, undecided
from include.training.row_matrix import RowMatrix, row_matrix
from include.training.target import class_order

_TREES = (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
_LINEAR_NUMBERS = (ElasticNet, Lasso, LinearRegression, Ridge)


@dataclass(frozen=True)
class RowAnswers:
    """A model taken apart into what a few rows need.

    Parameters
    ----------
    names : tuple of str
        Features, in the order in which rows hold them.
    matrix : RowMatrix
    final : estimator
        The last step of the pipeline.
    classes : array or None
        In the order of :class:`~include.domain.predictions.Predictions`.
    order : tuple of int
        Where the classes stand in the estimator's own order.
    threshold : float or None
    trees : FlatTrees or None
        Of a boosted model, to be asked in place of it.
    """

    names: tuple[str, ...]
    matrix: RowMatrix
    final: Any
    classes: NDArray[Any] | None
    order: tuple[int, ...]
    threshold: float | None
    trees: FlatTrees | None = None

    def ask(self, rows: Sequence[Sequence[Any]]) -> Predictions:
        """Return what the model says of rows that hold a float or NaN for amounts and a text or None for names.

        Raises
        ------
        ValueError, ArithmeticError
            Where the model cannot read what a row holds.
        """
        matrix = self.matrix.of(rows)
        if self.classes is None:
            return Predictions(_numbers(self.trees or self.final, matrix))
        said = _probabilities(self.trees or self.final, matrix)
        probabilities = np.ascontiguousarray(said[:, self.order])
        return Predictions(self._decided(matrix, said, probabilities), probabilities, self.classes, self.threshold)

    def _decided(
        self, matrix: NDArray[np.float64], said: NDArray[np.float64], ordered: NDArray[np.float64]
    ) -> NDArray[Any]:
        assert self.classes is not None  # noqa: S101
        if self.threshold is not None:
            return self.classes[(ordered[:, 1] >= self.threshold).astype(int)]
        known = np.asarray(self.final.classes_)
        best = said.max(axis=1, keepdims=True)
        values = known[np.argmax(said, axis=1)]
        tied = (said == best).sum(axis=1) > 1
        if tied.any():
            # Where probabilities round to the same number, the estimator looks at what they were made of.
            values[tied] = self.final.predict(matrix[tied])
        return values


def row_answers(spec: ModelSpec, estimator: Any) -> RowAnswers | None:
    """Return a model as answers to a few rows, or None where it is not made of what this room knows by heart.

    Parameters
    ----------
    spec : ModelSpec
    estimator : estimator
        Fitted, as :func:`include.training.models.load_model` returns it.
    """
    pipeline = undecided(estimator)
    if isinstance(estimator, FixedThresholdClassifier) and (
        threshold_of(estimator) is None or estimator.response_method != "predict_proba"
    ):
        return None
    if not isinstance(pipeline, Pipeline) or len(pipeline.steps) != 2 or not hasattr(pipeline, "feature_names_in_"):
        return None
    final, names = pipeline.steps[-1][1], tuple(map(str, pipeline.feature_names_in_))
    known = _TREES + (_LINEAR_NUMBERS if spec.task == "regression" else (LogisticRegression,))
    # A subclass may answer otherwise.
    if type(final) not in known:
        return None
    matrix = row_matrix(pipeline.steps[0][1], names)
    if matrix is None:
        return None
    if getattr(final, "n_jobs", None) is not None:
        final.set_params(n_jobs=None)
    if spec.task == "regression":
        return RowAnswers(names, matrix, final, None, (), None, flat_trees(final))
    own = np.asarray(final.classes_)
    classes = class_order(spec, own)
    place = {label: at for at, label in enumerate(own.tolist())}
    order = tuple(place[label] for label in classes.tolist())
    return RowAnswers(names, matrix, final, classes, order, threshold_of(estimator), flat_trees(final))


def _numbers(final: Any, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    if not isinstance(final, _LINEAR_NUMBERS):
        return np.asarray(final.predict(matrix), dtype=np.float64)
    return _products(matrix, np.atleast_2d(final.coef_))[:, 0] + float(np.ravel(final.intercept_)[0])


def _probabilities(final: Any, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    if not isinstance(final, LogisticRegression):
        return np.asarray(final.predict_proba(matrix), dtype=np.float64)
    scores = _products(matrix, final.coef_) + final.intercept_
    if len(final.classes_) > 2:
        return np.asarray(softmax(scores, axis=1))
    positive = expit(scores[:, 0])
    return np.stack([1 - positive, positive], axis=1)


def _products(matrix: NDArray[np.float64], coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    _refuse_gaps(matrix)
    return np.stack([(matrix * row).sum(axis=1) for row in coefficients], axis=1)


def _refuse_gaps(matrix: NDArray[np.float64]) -> None:
    if not np.isfinite(matrix).all():
        raise ValueError("Input contains NaN or infinity, which a linear model does not read")
