"""Description: what a run says about itself in MLflow, so that a person can tell in years where a model came from."""

from __future__ import annotations

import json
from typing import Any

from mlflow.entities import Dataset, DatasetInput, InputTag
from mlflow.utils.mlflow_tags import (
    MLFLOW_DATASET_CONTEXT,
    MLFLOW_GIT_COMMIT,
    MLFLOW_RUN_NOTE,
    MLFLOW_SOURCE_NAME,
    MLFLOW_SOURCE_TYPE,
    MLFLOW_USER,
)
from sklearn.base import BaseEstimator

from include.domain.fingerprint import Fingerprint
from include.domain.record import digest
from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from include.training.code_version import own_version
from include.training.estimators import effective_parameters
from include.training.run_key import RunKey

STARTED_BY_TAG = "sluice.started_by"
"""Tag of a run that says why it was started, where it was no schedule."""

DIGEST_LENGTH = 36
"""MLflow keeps that much of a dataset's fingerprint; the tag holds all of it."""

_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "datetime",
    "DECIMAL": "double",
    "DOUBLE": "double",
    "FLOAT": "double",
    "INTEGER": "long",
    "TIMESTAMP": "datetime",
    "UINTEGER": "long",
}
"""Types of MLflow by those of DuckDB; whole numbers of other widths are long, everything else is text."""


def describing_tags(
    spec: ModelSpec, dataset: DatasetRef, fingerprint: Fingerprint, attempt: RunKey, cause: str, *, started_by: str = ""
) -> dict[str, str]:
    """Return the tags of a run: who, from which data, with which code, and what for."""
    code = own_version()
    tags = {
        MLFLOW_USER: spec.owner,
        MLFLOW_SOURCE_NAME: "sluice",
        MLFLOW_SOURCE_TYPE: "JOB",
        MLFLOW_RUN_NOTE: _note(spec, dataset, attempt, cause, started_by),
        "sluice.model": spec.name,
        "sluice.owner": spec.owner,
        "sluice.task": spec.task,
        "sluice.dataset": dataset.fingerprint,
        "sluice.dataset_uri": dataset.uri,
        "sluice.source": dataset.source,
        "sluice.seed": str(spec.training.seed),
        "sluice.environment": digest(fingerprint.parts["environment"]),
        "sluice.cause": cause,
    }
    optional = {
        MLFLOW_GIT_COMMIT: code.get("commit"),
        "sluice.git_dirty": code.get("dirty"),
        "sluice.airflow_url": attempt.url,
        STARTED_BY_TAG: started_by or None,
    }
    # MLflow refuses longer tags.
    return {name: value[:8000] for name, value in {**tags, **optional}.items() if value is not None}


def describing_parameters(spec: ModelSpec, estimator: BaseEstimator) -> dict[str, str]:
    """Return the parameters of a run: those of the estimator as they were used, and how its columns were prepared."""
    training = spec.training
    asked = {"seed": training.seed, "split.by": spec.split_by, "split.holdout": training.split.holdout}
    if training.build is None:
        asked |= {f"preprocessing.{name}": value for name, value in training.preprocessing.model_dump().items()}
    maker = {"estimator": training.estimator} if training.estimator else {"build": training.build}
    described = {
        **maker,
        **{name: str(value) for name, value in asked.items()},
        **effective_parameters(spec, estimator),
    }
    return {name: str(value)[:6000] for name, value in described.items()}


def dataset_input(spec: ModelSpec, dataset: DatasetRef) -> DatasetInput:
    """Return the dataset as MLflow shows it beside a run."""
    columns: list[dict[str, Any]] = [
        {"name": column.name, "type": _mlflow_type(column.type), "required": not column.nulls}
        for column in dataset.columns
    ]
    entity = Dataset(
        name=spec.name,
        digest=dataset.fingerprint[:DIGEST_LENGTH],
        source_type="sluice",
        source=json.dumps({"uri": dataset.uri, "source": dataset.source}),
        schema=json.dumps({"mlflow_colspec": columns}),
        profile=json.dumps({"num_rows": dataset.rows}),
    )
    return DatasetInput(entity, [InputTag(MLFLOW_DATASET_CONTEXT, "training")])


def _note(spec: ModelSpec, dataset: DatasetRef, attempt: RunKey, cause: str, started_by: str) -> str:
    by = f"[the DAG run {attempt.dag_run}]({attempt.url})" if attempt.url else f"the DAG run `{attempt.dag_run}`"
    lines = [spec.description, f"Trained by {by} on {dataset.rows:,} rows of `{dataset.source}`.", f"Why: {cause}"]
    lines += [f"Asked for by monitoring: {started_by}"] if started_by else []
    return "\n\n".join(line for line in lines if line)


def _mlflow_type(duckdb_type: str) -> str:
    kind = duckdb_type.partition("(")[0].partition(" ")[0]
    return "long" if kind.endswith("INT") else _TYPES.get(kind, "string")
