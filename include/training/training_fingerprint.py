"""What a training depends on: rows, values, parameters, code, environment. Equal fingerprints make equal models."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from datetime import timedelta
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from include.domain.fingerprint import Fingerprint
from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from include.domain.spec.fields import format_duration
from include.storage.code import fingerprint_of_code, fingerprint_of_environment
from include.training.code_loading import ALWAYS_ALLOWED
from include.training.rows import DividedRows
from include.training.scoring import tuning_metric


def training_fingerprint(
    spec: ModelSpec, rows: DividedRows, dataset: DatasetRef, *, half_life: timedelta | None = None
) -> Fingerprint:
    """Return what the model of these rows depends on.

    Returns
    -------
    Fingerprint
        Parts ``data``, ``parameters``, ``code`` and ``environment``; what the spec says of sources, schedules, gates
        and owners is not among them, except for the metric that steers a search.
    """
    return Fingerprint(
        parts={
            "data": {
                "training_rows": hash_of_rows(rows.fitted.hashes[~rows.is_validation]),
                "validation_rows": hash_of_rows(rows.fitted.hashes[rows.is_validation]),
                "holdout_rows": hash_of_rows(rows.holdout),
                "values": dataset.fingerprint,
            },
            "parameters": {
                **training_parameters(spec, rows.columns.names, rows.columns.categorical_names),
                **({"half_life": format_duration(half_life)} if half_life else {}),
            },
            **made_by(spec),
        }
    )


def hash_of_rows(hashes: NDArray[np.uint64]) -> str:
    """Return the SHA-256 of a set of rows, counted as often as they are there, whatever their order.

    Examples
    --------
    >>> hash_of_rows(np.array([1, 2], np.uint64)) == hash_of_rows(np.array([2, 1], np.uint64))
    True
    >>> hash_of_rows(np.array([1, 2], np.uint64)) == hash_of_rows(np.array([1, 2, 2], np.uint64))
    False
    """
    return hashlib.sha256(np.sort(hashes).astype("<u8").tobytes()).hexdigest()


def made_by(spec: ModelSpec) -> dict[str, Any]:
    """Return the parts ``code`` and ``environment``: what makes the model, whatever the rows."""
    return {"code": _code(spec), "environment": _environment(spec)}


def training_changes(spec: ModelSpec, before: Fingerprint | None) -> str:
    """Return why training would make another model of the very rows of a training before; empty if it would not.

    Parameters
    ----------
    spec : ModelSpec
    before : Fingerprint or None
        Of that training; None where nothing was trained.
    """
    if before is None:
        return ""
    known = before.parts["parameters"]
    names = spec.data.feature_columns(tuple(known["features"]))
    now = training_parameters(spec, names, known["categorical"])
    # Weights belong to the request that a training followed, not to the spec.
    rested_on = {name: value for name, value in known.items() if name != "half_life"}
    parts = {**before.parts, "parameters": now, **made_by(spec)}
    return Fingerprint(parts=parts).cause(since=Fingerprint(parts={**before.parts, "parameters": rested_on}))


def training_parameters(spec: ModelSpec, features: Sequence[str], categorical: Sequence[str]) -> dict[str, Any]:
    """Return the part ``parameters``: what the spec says, with the features that the data made of it."""
    written = spec.to_json()
    left_out = {"trusted_types", "allowed_packages", "baseline"}
    return {
        "task": spec.task,
        "target": spec.data.target,
        "positive": spec.data.positive,
        "features": list(features),
        "categorical": list(categorical),
        "cleaning": written["cleaning"],
        "training": {key: value for key, value in written["training"].items() if key not in left_out},
        "baseline": written["training"]["baseline"] or spec.baseline,
        "search_metric": tuning_metric(spec) if spec.training.tuning else None,
        **({"value": written["value"]} if spec.value else {}),
        **({"simpler": True} if spec.asks_simpler else {}),
    }


def _code(spec: ModelSpec) -> dict[str, str]:
    code = {"data": fingerprint_of_code("data"), "training": fingerprint_of_code("training")}
    if spec.value:
        code["statistics.payoff"] = fingerprint_of_code("statistics.payoff")
    path = spec.training.build or spec.training.estimator or ""
    if path.startswith("include."):
        module = importlib.import_module(path.rpartition(".")[0])
        code[path] = hashlib.sha256(Path(module.__file__ or "").read_bytes()).hexdigest()
    return code


def _environment(spec: ModelSpec) -> dict[str, Any]:
    environment = fingerprint_of_environment()
    top = (spec.training.build or spec.training.estimator or "").split(".", 1)[0]
    if top in ALWAYS_ALLOWED:
        return environment
    packages = sorted(set(packages_distributions().get(top, [])))
    return {**environment, "packages": {name: version(name) for name in packages}}
