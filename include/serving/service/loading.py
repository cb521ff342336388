"""Loading: a version of the registry becomes a model in memory, with the contract that its signature and spec make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from mlflow.models import Model

from include.data.prepared_cleaning import PreparedCleaning, needed_columns, raw_kinds
from include.domain.errors import DataError, SluiceError
from include.domain.references import Column, DatasetRef, ModelVersionRef
from include.domain.spec import ModelSpec
from include.domain.spec.looking_back import lags_in
from include.mlflow_server import answering
from include.serving.service.contract import Contract
from include.serving.service.fields import Field
from include.serving.service.golden_check import checked
from include.serving.service.loaded_model import LoadedModel
from include.training.models import load_model
from include.training.row_answers import row_answers
from include.training.tracking import accepted_dataset, trained_dataset, trained_spec

_EXAMPLES = {
    "BIGINT": 1,
    "DOUBLE": 1.5,
    "VARCHAR": "text",
    "BOOLEAN": True,
    "DATE": "2026-01-31",
    "TIMESTAMP": "2026-01-31T08:30:00Z",
}


def load_version(version: ModelVersionRef, *, trusted_types: Sequence[str] = ()) -> LoadedModel:
    """Load a version of a model, and make its contract.

    Parameters
    ----------
    version : ModelVersionRef
    trusted_types : sequence of str
        ``training.trusted_types`` of the spec as it stands in its file; what the run says of itself is not asked.

    Raises
    ------
    SluiceError, TrustError, DataError, SkewError
        If the version was not trained by this project, holds types that nobody allowed, cannot be served, or does not
        say of its golden rows what it said at training.
    UnavailableError
        If MLflow does not answer.
    """
    uri = f"models:/{version.name}/{version.version}"
    estimator = load_model(uri, trusted_types=trusted_types)
    spec = trained_spec(version.run_id)
    with answering(version.name):
        described = Model.load(uri)
        example = described.load_input_example(uri) if described.saved_input_example_info else None
    if described.signature is None:
        raise DataError(f"{version.name} version {version.version} has no signature: train it again")
    features = tuple(described.signature.inputs.input_names())
    raw = _raw_rows(version, spec)
    return checked(assemble(version, spec, estimator, raw.columns, features, examples=_values(example)), raw)


def assemble(
    version: ModelVersionRef,
    spec: ModelSpec,
    estimator: Any,
    raw: Sequence[Column],
    features: Sequence[str],
    *,
    examples: dict[str, Any] | None = None,
) -> LoadedModel:
    """Put a model together with its contract and its cleaning.

    Parameters
    ----------
    version : ModelVersionRef
    spec : ModelSpec
        As it was trained.
    estimator : estimator
    raw : sequence of Column
        Of the data before cleaning.
    features : sequence of str
        Clean columns that the model reads, in its order.
    examples : dict, optional
        Values of features in some row of the training data.

    Raises
    ------
    DataError
        If the model looks back at rows that a request does not hold.
    """
    if lags_in(spec.cleaning):
        raise DataError(
            f"{version.name} version {version.version} looks back at earlier rows (cleaning: lag), which no request "
            f"holds: score a window that the source has the rows of: sluice score {version.name}"
        )
    kinds, data = raw_kinds(raw), spec.data
    told = [name for name in (data.id, data.entity, data.time) if name is not None and name not in features]
    needed = needed_columns(spec, kinds, features)
    told = [name for name in dict.fromkeys(told) if _is_made(spec, kinds, [*features, name])]
    wanted = [*features, *told]
    read = needed_columns(spec, kinds, wanted)
    unknown = {data.target, *data.forbidden}
    fields = tuple(
        Field(
            name=column.name,
            kind=kinds[column.name],
            required=column.name in needed and column.name not in unknown,
            may_be_null=bool(column.nulls) or column.name not in needed or column.name in unknown,
            example=_example(column.name, kinds[column.name], examples or {}),
        )
        for column in raw
        if column.name in read
    )
    contract = Contract(version.name, fields, frozenset(kinds) - {one.name for one in fields})
    cleaning = PreparedCleaning(spec, {name: kinds[name] for name in read}, wanted) if spec.cleaning else None
    clean = cleaning.kinds if cleaning else {name: kinds[name] for name in wanted}
    answers = row_answers(spec, estimator)
    if answers is not None and answers.names != tuple(features):
        answers = None
    return LoadedModel(version, spec, contract, tuple(raw), clean, estimator, cleaning, answers)


def _is_made(spec: ModelSpec, kinds: dict[str, str], wanted: Sequence[str]) -> bool:
    try:
        PreparedCleaning(spec, kinds, wanted)
    except DataError:
        return False
    return True


def _raw_rows(version: ModelVersionRef, spec: ModelSpec) -> DatasetRef:
    try:
        return accepted_dataset(version.run_id, "raw")
    except SluiceError:
        if spec.cleaning:
            raise
        return trained_dataset(version.run_id)


def _values(example: Any) -> dict[str, Any]:
    if example is None or not hasattr(example, "iloc") or not len(example):
        return {}
    row = example.iloc[0].to_dict()
    return {str(name): value.item() if isinstance(value, np.generic) else value for name, value in row.items()}


def _example(name: str, kind: str, examples: dict[str, Any]) -> Any:
    found = examples.get(name)
    field = Field(name, kind)
    try:
        if found is not None and field.read(found) is not None:
            return found
    except ValueError:
        pass
    return _EXAMPLES[kind]
