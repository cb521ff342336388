"""Models: a trained model brought back from MLflow, and what it says of rows it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import mlflow.artifacts
import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import Pipeline

from include.domain.errors import DataError, TrustError
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.mlflow_server import answering, open_client
from include.training.column_kinds import kind_of
from include.training.features import FeatureColumns, feature_frame
from include.training.fleet_files import DATA, LOADER, read_fleet
from include.training.fleet_model import FleetModel
from include.training.preprocessing import CATEGORICAL, NUMERIC
from include.training.target import class_order
from include.training.trust import load_trusted

MODEL, BASELINE, SIMPLER = "model", "baseline", "simpler"
"""Names under which a run keeps the candidate and the simple models beside it: ``runs:/<id>/model``."""


def load_model(uri: str, *, trusted_types: Sequence[str] = ()) -> Any:
    """Load a model, if every type in it is allowed.

    Parameters
    ----------
    uri : str
        ``runs:/<run id>/model``, ``runs:/<run id>/baseline`` or ``models:/<name>/<version>``.
    trusted_types : sequence of str
        ``training.trusted_types`` of the spec.

    Returns
    -------
    estimator

    Raises
    ------
    TrustError
        If the model is stored as pickle, or holds a type that nobody allowed.
    UnavailableError
        If MLflow does not answer.
    """
    folder = _folder(uri)
    flavors = yaml.safe_load((folder / "MLmodel").read_text(encoding="utf-8")).get("flavors", {})
    generic = flavors.get("python_function", {})
    if generic.get("loader_module") == LOADER:
        return read_fleet(folder / "data" / DATA, trusted_types=trusted_types, subject=uri)
    flavor = flavors.get("sklearn", {})
    stored_as = flavor.get("serialization_format", "pickle")
    if stored_as != "skops":
        raise TrustError(f"{uri} is stored as {stored_as}, which runs code when it is loaded: expected skops")
    # Only the name counts: a path that climbs out of the folder is not followed.
    return load_trusted(folder / Path(flavor["pickled_model"]).name, trusted_types=trusted_types, subject=uri)


def load_baseline(run_id: str) -> Any:
    """Load the simple model that the candidate of a run has to beat; raises as :func:`load_model`."""
    return load_model(f"runs:/{run_id}/{BASELINE}")


def load_simpler(run_id: str) -> Any:
    """Load the linear model that was trained beside the candidate, where a bound asks; raises as :func:`load_model`."""
    return load_model(f"runs:/{run_id}/{SIMPLER}")


def threshold_of(estimator: Any) -> float | None:
    """Return the threshold that a model carries, or None where it predicts the most probable class."""
    own = estimator.threshold if isinstance(estimator, FixedThresholdClassifier) else None
    return own if isinstance(own, float) else None


def known_classes(spec: ModelSpec, estimator: Any) -> list[Any]:
    """Return the classes that a model knows, the positive one last; none for numbers."""
    return [] if spec.task == "regression" else list(class_order(spec, np.asarray(estimator.classes_)).tolist())


def undecided(estimator: Any) -> Any:
    """Return what gives the probabilities, without the threshold that makes decisions of them."""
    return estimator.estimator if isinstance(estimator, FixedThresholdClassifier) else estimator


def predict(spec: ModelSpec, estimator: Any, frame: pd.DataFrame) -> Predictions:
    """Ask a model about rows.

    Parameters
    ----------
    spec : ModelSpec
    estimator : estimator
        As :func:`load_model` returns it.
    frame : DataFrame of shape (n, anything)
        Cleaned rows with every feature of the model; other columns are not looked at.

    Returns
    -------
    Predictions
        Of the n rows, in their order. The positive class of a binary model is the last. Classes are decided at the
        model's own threshold, if it has one. A fleet says who answered for each row.

    Raises
    ------
    DataError
        If a feature is missing, holds what the model cannot read, or leaves it without an answer.
    """
    features = feature_frame(columns_of(spec, estimator, frame), frame)
    said = _said(spec, estimator, features)
    return replace(said, served_by=estimator.served_by(features)) if isinstance(estimator, FleetModel) else said


def _said(spec: ModelSpec, estimator: Any, features: pd.DataFrame) -> Predictions:
    if spec.task == "regression":
        return Predictions(_ask(estimator.predict, features).astype(np.float64))
    known = np.asarray(estimator.classes_)
    classes = class_order(spec, known)
    if not hasattr(estimator, "predict_proba"):
        return Predictions(_ask(estimator.predict, features).astype(known.dtype), classes=classes)
    told = _ask(estimator.predict_proba, features).reshape(-1, len(known))
    # Thousands of members are asked once: what a fleet predicts follows from their probabilities alone.
    values = estimator.decided(told) if isinstance(estimator, FleetModel) else _ask(estimator.predict, features)
    place = {label: i for i, label in enumerate(known.tolist())}
    columns = [place[label] for label in classes.tolist()]
    # Copied into rows, so that the sums over them do not depend on how the columns were picked.
    probabilities = np.ascontiguousarray(told[:, columns]).astype(np.float64)
    return Predictions(values.astype(known.dtype), probabilities, classes, threshold_of(estimator))


def _ask(method: Any, features: pd.DataFrame) -> NDArray[Any]:
    if not len(features):
        return np.empty(0)
    try:
        return np.asarray(method(features))
    except (ValueError, ArithmeticError) as error:
        raise DataError(f"the model cannot answer for {len(features):,} rows: {error}") from error


def columns_of(spec: ModelSpec, estimator: Any, frame: pd.DataFrame) -> FeatureColumns:
    """Return the columns that a model reads of a frame, sorted by kind."""
    if isinstance(estimator, FleetModel):
        return estimator.columns
    estimator = undecided(estimator)
    named = getattr(estimator, "feature_names_in_", None)
    names = spec.data.feature_columns(tuple(map(str, frame.columns))) if named is None else tuple(map(str, named))
    steps = [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else []
    transformer = next((step for step in steps if isinstance(step, ColumnTransformer)), None)
    blocks = {name: block for name, _, block in transformer.transformers_} if transformer is not None else {}
    # Blocks of a user's own function may be called anything: then the kinds of the columns tell.
    if blocks.keys() <= {NUMERIC, CATEGORICAL} and set(names) == {name for block in blocks.values() for name in block}:
        return FeatureColumns(names, frozenset(blocks.get(CATEGORICAL, ())))
    asked = set(spec.data.categories)
    return FeatureColumns(
        names,
        frozenset(name for name in names if name in asked or (name in frame and kind_of(frame[name]) == "categorical")),
    )


def _folder(uri: str) -> Path:
    with answering():
        if not uri.startswith("runs:/"):
            return Path(mlflow.artifacts.download_artifacts(uri))
        run_id, _, name = uri.removeprefix("runs:/").partition("/")
        client = open_client()
        outputs = client.get_run(run_id).outputs
        models = outputs.model_outputs if outputs and name == MODEL else []
        if models:
            # Asking by the model's own id spares a search through all models of the experiment.
            return Path(mlflow.artifacts.download_artifacts(f"models:/{models[-1].model_id}"))
        return Path(client.download_artifacts(run_id, name))
