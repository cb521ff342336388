"""Judged rows: predictions laid beside what turned out to be true, in one order and one spelling of the classes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from include.domain.errors import DataError
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.statistics.clusters import Clusters, clusters_of
from include.statistics.payoff import payoffs_of


@dataclass(frozen=True, eq=False)
class Judged:
    """One model's predictions beside the truth.

    Parameters
    ----------
    truth, predicted : array of shape (n,)
        Numbers of a regression; else places among `classes`.
    probabilities : array of shape (n, known) or None
        Of the classes that the model knows.
    classes : tuple
        Classes that the model knows, in its order, the positive one last if there are two; then any others that are
        true of a row.
    known : int
        How many of them the model knows.
    problem : str
        Why these predictions cannot be judged; empty if they can.
    worth : array of shape (n,) or None
        What each decision, or each error, is worth in the unit of ``value``; None where the spec names no payoffs.
    worth_problem : str
        Why nobody can say what they are worth; empty if somebody can.
    threshold : float or None
        Where a binary model decides; None where it predicts the most probable class.
    """

    truth: NDArray[Any]
    predicted: NDArray[Any]
    probabilities: NDArray[np.float64] | None = None
    classes: tuple[Any, ...] = ()
    known: int = 0
    problem: str = ""
    worth: NDArray[np.float64] | None = None
    worth_problem: str = ""
    threshold: float | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.truth)

    def of_rows(self, rows: NDArray[np.intp]) -> Judged:
        """Return some of the rows, by their places."""
        probabilities = None if self.probabilities is None else self.probabilities[rows]
        return replace(self, truth=self.truth[rows], predicted=self.predicted[rows], probabilities=probabilities)


def judge(spec: ModelSpec, holdout: pd.DataFrame, predictions: Predictions) -> Judged:
    """Lay predictions beside the truth of the same rows.

    Parameters
    ----------
    spec : ModelSpec
    holdout : DataFrame of shape (n, anything)
        Holds the target, without missing values.
    predictions : Predictions
        Of the same n rows, in their order.

    Returns
    -------
    Judged
        With a problem, if a prediction is missing or a probability is none.

    Raises
    ------
    DataError
        If there are more or fewer predictions than rows, or the target does not fit the task.
    """
    if len(predictions) != len(holdout):
        raise DataError(f"{len(predictions):,} predictions for {len(holdout):,} rows: they are not of the same rows")
    return _priced(spec, holdout, _laid_beside(spec, holdout[spec.data.target], predictions))


def _laid_beside(spec: ModelSpec, target: pd.Series, predictions: Predictions) -> Judged:
    if spec.task == "regression":
        return _judge_numbers(target, predictions)
    if predictions.classes is None:
        raise DataError(f"a {spec.task} model predicted without saying which classes it knows")
    judged = _judge_classes(target, predictions, predictions.classes)
    if spec.task == "binary" and len(judged.classes) != 2:
        shown = ", ".join(repr(label) for label in judged.classes[:6])
        return replace(judged, problem=f"a binary model has two classes, it and the holdout have {shown}")
    return replace(judged, threshold=predictions.threshold)


def _priced(spec: ModelSpec, holdout: pd.DataFrame, judged: Judged) -> Judged:
    """Add what the decisions are worth. A payoff that cannot be read is no reason to leave other metrics unseen."""
    if spec.value is None or judged.problem:
        return judged
    try:
        payoffs = payoffs_of(spec.value, holdout, rows=len(holdout))
    except DataError as error:
        return replace(judged, worth_problem=str(error))
    if spec.task == "regression":
        return replace(judged, worth=payoffs.of_errors(judged.predicted - judged.truth))
    return replace(judged, worth=payoffs.of_decisions(judged.truth == 1, judged.predicted == 1))


def clusters_in(spec: ModelSpec, holdout: pd.DataFrame) -> Clusters:
    """Return which rows belong together: those of one entity, where the spec names one.

    Raises
    ------
    DataError
        If the entity is no column of the rows.
    """
    entity = spec.data.entity
    if entity is None:
        return clusters_of(None, rows=len(holdout))
    if entity not in holdout:
        raise DataError(f"entity {entity!r} is no column of the holdout: {', '.join(map(str, holdout.columns))}")
    codes = pd.factorize(holdout[entity], use_na_sentinel=True)[0].astype(np.float64)
    return clusters_of(np.where(codes < 0, np.nan, codes))


def _judge_numbers(target: pd.Series, predictions: Predictions) -> Judged:
    if not types.is_numeric_dtype(target.dtype) and not types.is_object_dtype(target.dtype):
        raise DataError(f"target {target.name!r}: a regression model is judged by numbers, got {target.dtype}")
    truth = target.to_numpy(dtype=np.float64)
    predicted = np.asarray(predictions.values, dtype=np.float64)
    missing = int(np.sum(~np.isfinite(predicted)))
    problem = f"{missing:,} of {len(predicted):,} predictions are missing or infinite" if missing else ""
    return Judged(truth, predicted, problem=problem)


def _judge_classes(target: pd.Series, predictions: Predictions, known: NDArray[Any]) -> Judged:
    true = _spelled_like(known, target)
    predicted = np.asarray(predictions.values)
    classes = [*known.tolist(), *(label for label in dict.fromkeys(true.tolist()) if label not in known.tolist())]
    place = {label: i for i, label in enumerate(classes)}
    truth = np.array([place[label] for label in true.tolist()], dtype=np.intp)
    said = np.array([place.get(label, -1) for label in predicted.tolist()], dtype=np.intp)
    problem = "" if (said >= 0).all() else f"{int(np.sum(said < 0)):,} predictions are no class that the model knows"
    flaw = problem or _flaw_of(predictions.probabilities)
    return Judged(truth, said, predictions.probabilities, tuple(classes), len(known), flaw)


def _flaw_of(probabilities: NDArray[np.float64] | None) -> str:
    if probabilities is None:
        return ""
    missing = int(np.sum(~np.isfinite(probabilities).all(axis=1)))
    if missing:
        return f"{missing:,} of {len(probabilities):,} predictions are missing or infinite"
    outside = (probabilities < 0).any(axis=1) | (np.abs(probabilities.sum(axis=1) - 1) > 1e-4)
    return f"probabilities of {int(outside.sum()):,} rows are below 0 or do not sum to 1" if outside.any() else ""


def _spelled_like(known: NDArray[Any], target: pd.Series) -> NDArray[Any]:
    """Return the target in the type of the classes, for a model learns 1 and not 1.0, text and not a category."""
    if known.dtype.kind in "US":
        return target.astype("str").to_numpy(dtype=object)
    if known.dtype.kind not in "biuf":
        return target.to_numpy(dtype=object)
    try:
        return target.to_numpy(dtype=known.dtype)
    except (TypeError, ValueError) as error:
        shown = ", ".join(repr(label) for label in known.tolist()[:6])
        raise DataError(
            f"target {target.name!r}: the model knows the classes {shown}, the holdout holds {target.iloc[0]!r}"
        ) from error
