"""Targets: what a model learns to predict, and in which order its classes stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from include.domain.errors import DataError, SpecError
from include.domain.spec import ModelSpec
from include.spec_files.spelling import hint


def target_values(spec: ModelSpec, column: pd.Series) -> NDArray[Any]:
    """Return the target as a model learns it.

    Parameters
    ----------
    spec : ModelSpec
    column : Series of shape (n,)
        The target, without missing values.

    Returns
    -------
    array of shape (n,)
        float64 for regression; booleans, whole numbers or text for classes.

    Raises
    ------
    DataError
        If the values do not fit the task.

    See Also
    --------
    class_order : In which order the classes stand.
    """
    if spec.task == "regression":
        return _amounts(column)
    if types.is_bool_dtype(column.dtype) or types.infer_dtype(column) == "boolean":
        return column.to_numpy(dtype=bool)
    if types.is_numeric_dtype(column.dtype):
        return _whole_numbers(column)
    return column.astype("str").to_numpy(dtype=str)


def class_order(spec: ModelSpec, classes: NDArray[Any]) -> NDArray[Any]:
    """Return the classes in the order of the columns of probabilities: sorted, the positive class last.

    Parameters
    ----------
    spec : ModelSpec
    classes : array of shape (k,) or (n,)
        Classes, or labels that hold each of them.

    Returns
    -------
    array of shape (k,)

    Raises
    ------
    SpecError
        If ``data.positive`` is none of the classes.

    Examples
    --------
    >>> from include.domain.spec import DataSpec, TrainingSpec
    >>> spec = ModelSpec(name="m", owner="o", task="binary", training=TrainingSpec(estimator="sklearn.x"),
    ...     data=DataSpec(source="x.csv", target="y", positive="bad"))
    >>> class_order(spec, np.array(["bad", "good"])).tolist()
    ['good', 'bad']
    """
    ordered = np.unique(classes)
    positive = spec.data.positive
    if positive is None:
        return ordered
    spelled = [str(label) for label in ordered]
    if str(positive) not in spelled:
        raise SpecError(
            [f"data.positive: {positive!r} is no class of {spec.data.target!r}: {hint(str(positive), spelled)}"]
        )
    is_positive = np.array([label == str(positive) for label in spelled])
    return np.concatenate([ordered[~is_positive], ordered[is_positive]])


def check_classes(spec: ModelSpec, labels: NDArray[Any]) -> None:
    """Check that labels hold as many classes as the task needs.

    Raises
    ------
    DataError
        Two classes make a binary model, two or more a multiclass one.
    """
    if spec.task == "regression":
        return
    classes = class_order(spec, labels)
    if len(classes) < 2 or (spec.task == "binary" and len(classes) > 2):
        shown = ", ".join(repr(label) for label in classes[:6].tolist())
        needed = "two classes" if spec.task == "binary" else "two classes or more"
        raise DataError(
            f"target {spec.data.target!r}: a {spec.task} model needs {needed} in its training rows, found "
            f"{len(classes):,}: {shown}{'…' if len(classes) > 6 else ''}"
        )


def _amounts(column: pd.Series) -> NDArray[np.float64]:
    try:
        values: NDArray[np.float64] = column.to_numpy(dtype="float64", na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise DataError(f"target {column.name!r}: a regression model needs numbers, got {column.iloc[0]!r}") from error
    if not np.isfinite(values).all():
        raise DataError(f"target {column.name!r}: {(~np.isfinite(values)).sum():,} values are infinite or no number")
    return values


def _whole_numbers(column: pd.Series) -> NDArray[np.int64]:
    values = column.to_numpy(dtype="float64")
    broken = values[values != np.round(values)]
    if broken.size:
        raise DataError(
            f"target {column.name!r}: classes have to be text or whole numbers, got {broken[0]!r}: "
            f"is this a regression model?"
        )
    return column.to_numpy(dtype="int64")
