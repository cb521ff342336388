"""Estimators: what a spec names becomes an object that can be fitted, seeded, and known to fit the task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.base import BaseEstimator, is_classifier, is_regressor
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from include.domain.errors import SpecError
from include.domain.spec import ModelSpec, Preprocessing, SeasonalNaiveSpec
from include.spec_files.spelling import hint
from include.training.code_loading import load_build, load_estimator
from include.training.features import FeatureColumns
from include.training.preprocessing import column_transformer
from include.training.seasonal_naive import SeasonalNaive


def build_pipeline(spec: ModelSpec, columns: FeatureColumns, parameters: Mapping[str, Any]) -> BaseEstimator:
    """Return what a spec asks for, not fitted yet.

    Parameters
    ----------
    spec : ModelSpec
    columns : FeatureColumns
    parameters : mapping of str to JSON value
        Parameters of the estimator: those of the spec, or what a search proposes.

    Returns
    -------
    estimator
        Preprocessing and estimator as a Pipeline, or what the user's own function made. Whatever in it is random and
        not seeded yet has the seed of the spec.

    Raises
    ------
    CodeNotAllowedError
        If the spec names code outside the allow-list.
    SpecError
        If the estimator lacks such a parameter, or does not fit the task.
    """
    training = spec.training
    if training.build is not None:
        estimator = _built(spec, training.build, columns, parameters)
        _check_task(spec, estimator, f"training.build: {training.build}")
        return _seeded(estimator, training.seed)
    path = training.estimator or ""
    estimator = _made(path, load_estimator(path, allowed_packages=training.allowed_packages), parameters)
    _check_task(spec, estimator, f"training.estimator: {path}")
    sparse = get_tags(estimator).input_tags.sparse
    steps = [("columns", column_transformer(columns, training.preprocessing, sparse=sparse)), ("estimator", estimator)]
    return _seeded(Pipeline(steps), training.seed)


def build_baseline(spec: ModelSpec) -> BaseEstimator:
    """Return the simple model that a candidate has to beat, not fitted yet.

    It looks at no feature, but for the one that holds the value of a season ago, where that is the forecast to beat.
    """
    if isinstance(spec.baseline, SeasonalNaiveSpec):
        return SeasonalNaive(spec.baseline.seasonal_naive)
    kind = DummyRegressor if spec.task == "regression" else DummyClassifier
    return kind(strategy=spec.baseline)


def build_simpler(spec: ModelSpec, columns: FeatureColumns) -> BaseEstimator:
    """Return the linear model that tells what the candidate's complexity is worth, not fitted yet.

    Columns are prepared as the spec says, except for amounts, whose gaps a linear model cannot read: they are filled,
    and scaled.
    """
    prepared = Preprocessing(numeric="scale", categorical="one_hot", rare_below=spec.training.preprocessing.rare_below)
    linear = Ridge() if spec.task == "regression" else LogisticRegression(max_iter=1_000)
    return Pipeline([("columns", column_transformer(columns, prepared)), ("estimator", linear)])


def effective_parameters(spec: ModelSpec, estimator: BaseEstimator) -> dict[str, str]:
    """Return every parameter of the estimator as it is used, defaults included, as text.

    Examples
    --------
    >>> from include.domain.spec import DataSpec, TrainingSpec
    >>> spec = ModelSpec(name="m", owner="o", task="regression", data=DataSpec(source="x.csv", target="y"),
    ...     training=TrainingSpec(estimator="sklearn.linear_model.Ridge", parameters={"alpha": 2.0}))
    >>> effective = effective_parameters(spec, build_pipeline(spec, FeatureColumns(("a",)), {"alpha": 2.0}))
    >>> effective["alpha"], effective["fit_intercept"], effective["random_state"]
    ('2.0', 'True', '7')
    """
    inner = estimator.named_steps["estimator"] if spec.training.build is None else estimator
    values = inner.get_params(deep=True)
    return {name: str(value) for name, value in sorted(values.items()) if _is_plain(value)}


def _made(path: str, kind: type[Any], parameters: Mapping[str, Any]) -> BaseEstimator:
    try:
        known = sorted(kind().get_params(deep=False))
    except TypeError as error:
        raise SpecError(
            [f"training.estimator: {path} needs arguments to be made: wrap it in a build: {error}"]
        ) from error
    unknown = [name for name in parameters if name not in known]
    if unknown:
        raise SpecError(
            [f"training.parameters.{name}: {path} has no such parameter: {hint(name, known)}" for name in unknown]
        )
    return kind(**parameters)


def _built(spec: ModelSpec, path: str, columns: FeatureColumns, parameters: Mapping[str, Any]) -> BaseEstimator:
    build = load_build(path, allowed_packages=spec.training.allowed_packages)
    try:
        estimator = build(dict(parameters), spec.training.seed, columns)
    except Exception as error:
        raise SpecError([f"training.build: {path} failed: {type(error).__name__}: {error}"]) from error
    if not (hasattr(estimator, "fit") and hasattr(estimator, "predict")):
        raise SpecError([f"training.build: {path} returned a {type(estimator).__name__}: expected an estimator"])
    return estimator


def _check_task(spec: ModelSpec, estimator: BaseEstimator, where: str) -> None:
    needed, other = ("regressor", is_classifier) if spec.task == "regression" else ("classifier", is_regressor)
    if other(estimator):
        raise SpecError([f"{where} does not fit task: {spec.task}, which needs a {needed}"])


def _seeded(estimator: BaseEstimator, seed: int) -> BaseEstimator:
    if not hasattr(estimator, "get_params"):
        return estimator
    states = {name: value for name, value in estimator.get_params(deep=True).items() if _is_state(name)}
    return estimator.set_params(**{name: seed for name, value in states.items() if value is None})


def _is_state(name: str) -> bool:
    return name.rpartition("__")[2] == "random_state"


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple | dict):
        return all(_is_plain(item) for item in (value.values() if isinstance(value, dict) else value))
    return value is None or isinstance(value, str | int | float | bool)
