"""Model files: a fitted estimator as MLflow reads it: skops, a signature, an example, exact requirements."""

from __future__ import annotations

import tempfile
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import mlflow.sklearn
import pandas as pd
import skops.io
from mlflow.entities import LoggedModel
from mlflow.models import Model, ModelSignature
from mlflow.types import ColSpec, Schema
from sklearn.base import BaseEstimator

from include.domain.errors import TrustError
from include.domain.spec import ModelSpec
from include.training.features import FeatureColumns
from include.training.models import MODEL, predict
from include.training.rows import DividedRows
from include.training.tracked_run import TrackedRun
from include.training.trust import check_types, untrusted_types

FILE = "model.skops"
REQUIREMENTS = ("mlflow", "numpy", "pandas", "scikit-learn", "scipy", "skops")
EXAMPLE_ROWS = 5


def upload_model(run: TrackedRun, spec: ModelSpec, estimator: BaseEstimator, rows: DividedRows) -> tuple[str, int]:
    """Store a fitted model under a run as the logged model ``model``.

    Returns
    -------
    model_id : str
    size : int
        Bytes of the model file.

    Raises
    ------
    TrustError
        If the model holds types that neither the house nor the spec allows.
    """
    logged = run.client.create_logged_model(run.experiment_id, name=MODEL, source_run_id=run.run_id)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, MODEL)
        write_model(
            folder,
            spec,
            estimator,
            mlflow_model=model_of(logged, run),
            signature=signature_of(spec, estimator, rows.columns, rows.fitted.features),
            input_example=as_example(rows.columns, rows.fitted.features),
        )
        run.client.log_model_artifacts(logged.model_id, str(folder))
        run.client.finalize_logged_model(logged.model_id, "READY")
        return logged.model_id, (folder / FILE).stat().st_size


def write_model(folder: Path, spec: ModelSpec, estimator: BaseEstimator, **described: Any) -> None:
    """Write an estimator into a folder that MLflow reads.

    Parameters
    ----------
    folder : Path
        Must not be there yet.
    spec : ModelSpec
        Says which types the file may hold, and of which packages.
    estimator : estimator
        Fitted.
    **described
        What else MLflow stores: signature, example.

    Raises
    ------
    TrustError
        If the estimator holds types that are not allowed, or what skops cannot store.
    """
    mlflow.sklearn.save_model(
        estimator,
        str(folder),
        serialization_format="skops",
        skops_trusted_types=types_to_trust(spec, estimator),
        # Left to itself, MLflow imports everything in a process of its own to find them out, which takes seconds.
        pip_requirements=requirements_of(spec),
        **described,
    )


def types_to_trust(spec: ModelSpec, estimator: BaseEstimator) -> list[str]:
    """Return the types in an estimator that skops does not vouch for, all of them allowed.

    Raises
    ------
    TrustError
        If one of them is not allowed, or the estimator holds what skops cannot store.
    """
    subject = f"the model {spec.name}"
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, FILE)
        try:
            skops.io.dump(estimator, file)
        except Exception as error:
            raise TrustError(
                f"{subject} cannot be stored without pickle: {error}. Build it of classes and functions that stand in "
                f"a module, not of lambdas or nested ones"
            ) from error
        types = untrusted_types(file, subject=subject)
    check_types(types, spec.training.trusted_types, subject=subject)
    return types


def model_of(logged: LoggedModel, run: TrackedRun) -> Model:
    """Return how MLflow describes a logged model of a run."""
    return Model(
        artifact_path=logged.artifact_location,
        model_uuid=logged.model_id,
        model_id=logged.model_id,
        run_id=run.run_id,
    )


def as_example(columns: FeatureColumns, features: pd.DataFrame) -> pd.DataFrame:
    """Return a few rows of features as whoever asks the model would send them."""
    example = features.head(EXAMPLE_ROWS).astype(dict.fromkeys(columns.whole, "int64"))
    # A gap would be written as NaN, which is no JSON.
    return example.astype(object).where(example.notna(), None)


def signature_of(spec: ModelSpec, estimator: Any, columns: FeatureColumns, features: pd.DataFrame) -> ModelSignature:
    """Return what a model reads and answers."""
    inputs = [ColSpec(_kind(name, columns), name) for name in columns.names]
    said = predict(spec, estimator, features.head(1)).values
    kinds = {"b": "boolean", "i": "long", "f": "double"}
    return ModelSignature(inputs=Schema([*inputs]), outputs=Schema([ColSpec(kinds.get(said.dtype.kind, "string"))]))


def _kind(name: str, columns: FeatureColumns) -> str:
    # MLflow takes no int64 where a double is asked, and no float where a long is: rows as they were read have to pass.
    if name in columns.categorical:
        return "string"
    return "long" if name in columns.whole else "double"


def requirements_of(spec: ModelSpec) -> list[str]:
    """Return the packages that a model needs, with their exact versions."""
    names = set(REQUIREMENTS)
    if spec.training.allowed_packages:
        providers = packages_distributions()
        names.update(name for package in spec.training.allowed_packages for name in providers.get(package, ()))
    return [f"{name}=={version(name)}" for name in sorted(names)]
