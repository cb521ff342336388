"""Tracking: what later steps add to a run and read from it, by the run's id."""

from __future__ import annotations

import json
import math
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import mlflow.artifacts
import numpy as np
import yaml
from mlflow.entities import Metric
from mlflow.exceptions import MlflowException
from numpy.typing import NDArray
from requests.exceptions import HTTPError

from include.domain.errors import SluiceError
from include.domain.evidence import Evidence, Observation
from include.domain.fleet_summary import FleetSummary
from include.domain.record import canonical_json
from include.domain.references import DatasetRef, ModelVersionRef, RunRef
from include.domain.spec import ModelSpec
from include.domain.verdict import Verdict
from include.mlflow_server import address, answering, open_client
from include.training.run_files import (
    CHECKS_FOLDER,
    DATASET_FILE,
    EVIDENCE_FILE,
    FLEET_SUMMARY_FILE,
    HOLDOUT_ROWS_FILE,
    SPEC_FILE,
    TRAINED_ROWS_FILE,
    read_hashes,
)

METRICS_AT_ONCE = 1_000
"""MLflow refuses more in one request."""


def log_evidence(run: RunRef | ModelVersionRef, evidence: Evidence) -> None:
    """Add what was seen of a model to its run: every number as a metric, and all of it as one file.

    Logging the same evidence again changes nothing. Where a number is another than before, as of a model that is
    evaluated anew after its spec asked for more, the run keeps both and shows the new one.

    Raises
    ------
    UnavailableError
        If MLflow does not answer.
    """
    with answering():
        client = open_client()
        found = client.get_run(run.run_id)
        models = found.outputs.model_outputs if found.outputs else []
        model_id = models[-1].model_id if models else None
        held, now = found.data.metrics, time.time_ns() // 1_000_000
        # A number that stands there for the first time has the time of the run and not of the clock: MLflow drops what
        # a retry logs again, and refuses another value for the same moment.
        metrics = [
            Metric(name, value, now if name in held else found.info.start_time, 0, model_id=model_id, run_id=run.run_id)
            for name, value in _numbers(evidence.observations)
            if held.get(name) != value
        ]
        for start in range(0, len(metrics), METRICS_AT_ONCE):
            client.log_batch(run.run_id, metrics=metrics[start : start + METRICS_AT_ONCE])
        place = PurePosixPath(EVIDENCE_FILE)
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch, place.name)
            file.write_text(canonical_json(evidence.to_json()), encoding="utf-8")
            client.log_artifact(run.run_id, str(file), str(place.parent))


def log_verdict(run: RunRef, verdict: Verdict) -> None:
    """Keep with a run what a gate decided about its model, as a tag and as a file below ``verdicts/``.

    Raises
    ------
    UnavailableError
        If MLflow does not answer.
    """
    with answering(), tempfile.TemporaryDirectory() as scratch:
        client = open_client()
        file = Path(scratch, f"{verdict.gate}.json")
        file.write_text(canonical_json(verdict.to_json()), encoding="utf-8")
        client.log_artifact(run.run_id, str(file), "verdicts")
        client.set_tag(run.run_id, f"sluice.gate.{verdict.gate}", verdict.outcome)


def logged_verdict(run_id: str, gate: str) -> Verdict:
    """Return what a gate decided about the model of a run; raises as :func:`trained_rows`."""
    return Verdict.model_validate_json(_downloaded(run_id, f"verdicts/{gate}.json").read_bytes())


def logged_evidence(run_id: str) -> Evidence:
    """Return the evidence that was logged to a run.

    Raises
    ------
    SluiceError
        If there is none.
    UnavailableError
        If MLflow does not answer.
    """
    return Evidence.model_validate_json(_downloaded(run_id, EVIDENCE_FILE).read_bytes())


def logged_number(run_id: str, name: str) -> float | None:
    """Return a metric that training logged to a run (``model_bytes``), or None if it did not.

    Raises
    ------
    UnavailableError
        If MLflow does not answer.
    """
    with answering():
        found: float | None = open_client().get_run(run_id).data.metrics.get(name)
    return found


def log_file(run: RunRef | ModelVersionRef, path: Path, folder: str) -> None:
    """Add a file to a run, below a folder of it."""
    with answering():
        open_client().log_artifact(run.run_id, str(path), folder)


def read_file(run: RunRef | ModelVersionRef, name: str) -> Path:
    """Return a local copy of a file of a run, by its name there (``importances.json``, ``spec.yaml``).

    Raises
    ------
    SluiceError
        If the run has no such file.
    UnavailableError
        If MLflow does not answer.
    """
    return _downloaded(run.run_id, name)


def trained_rows(run_id: str) -> NDArray[np.uint64]:
    """Return the hashes of the rows that the model of a run was fitted to.

    Returns
    -------
    array of shape (n,), uint64

    Raises
    ------
    SluiceError
        If the run does not hold them.
    UnavailableError
        If MLflow does not answer.
    """
    return read_hashes(_downloaded(run_id, TRAINED_ROWS_FILE))


def holdout_rows(run_id: str) -> NDArray[np.uint64]:
    """Return the hashes of the rows that a run kept from its model; raises as :func:`trained_rows`."""
    return read_hashes(_downloaded(run_id, HOLDOUT_ROWS_FILE))


def trained_experiment(run_id: str) -> str:
    """Return the id of the experiment that a run belongs to."""
    with answering():
        return str(open_client().get_run(run_id).info.experiment_id)


def trained_dataset(run_id: str) -> DatasetRef:
    """Return the dataset that a run took its rows from; raises as :func:`trained_rows`."""
    return DatasetRef.model_validate_json(_downloaded(run_id, DATASET_FILE).read_bytes())


def trained_spec(run_id: str) -> ModelSpec:
    """Return the spec that the model of a run was trained by; raises as :func:`trained_rows`."""
    return _spec_of(_downloaded(run_id, SPEC_FILE).read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def _spec_of(text: str) -> ModelSpec:
    return ModelSpec.model_validate(yaml.safe_load(text))


def fleet_summary(run_id: str) -> FleetSummary:
    """Return what became of the segments of a fleet; raises as :func:`trained_rows`."""
    return FleetSummary.model_validate_json(_downloaded(run_id, FLEET_SUMMARY_FILE).read_bytes())


def log_check(run: RunRef, name: str, result: dict[str, Any], page: bytes) -> None:
    """Keep with a run what a check of its data found: the result as JSON, and the page that shows it.

    Parameters
    ----------
    run : RunRef
    name : str
        ``raw`` or ``clean``.
    result : dict
        JSON with the checked rows that went on under ``accepted``.
    page : bytes
        HTML.
    """
    with answering(), tempfile.TemporaryDirectory() as scratch:
        files = Path(scratch)
        (files / f"{name}.json").write_text(canonical_json(result), encoding="utf-8")
        (files / f"{name}.html").write_bytes(page)
        open_client().log_artifacts(run.run_id, str(files), CHECKS_FOLDER)


def accepted_dataset(run_id: str, name: str) -> DatasetRef:
    """Return the rows that a check of a run's data let go on; raises as :func:`trained_rows`."""
    checked = json.loads(_downloaded(run_id, f"{CHECKS_FOLDER}/{name}.json").read_bytes())
    return DatasetRef.model_validate(checked["accepted"])


def data_docs(run_id: str, name: str) -> str:
    """Return where the store keeps the page of a check of a run's data; raises as :func:`trained_rows`."""
    checked = json.loads(_downloaded(run_id, f"{CHECKS_FOLDER}/{name}.json").read_bytes())
    return str(checked["docs"]["uri"])


def logged_checks(run_id: str) -> dict[str, Evidence]:
    """Return what the checks of a run's data saw, ``raw`` before ``clean``; raises as :func:`trained_rows`."""
    with answering():
        files = [Path(file.path) for file in open_client().list_artifacts(run_id, CHECKS_FOLDER)]
    results = sorted((file for file in files if file.suffix == ".json"), key=lambda file: file.name, reverse=True)
    return {
        file.stem: Evidence.model_validate(json.loads(_downloaded(run_id, file.as_posix()).read_bytes())["evidence"])
        for file in results
    }


def metric_name(name: str) -> str:
    """Return the name of an observation as MLflow takes it: letters, digits, ``_``, ``-``, ``.``, space and ``:``.

    Examples
    --------
    >>> metric_name("roc_auc[sex=Female]")
    'roc_auc_sex_Female'
    """
    allowed = re.sub(r"[^\w.\- :]+", "_", name)
    return re.sub(r"\.{2,}", ".", allowed)[:250].strip("_. ") or "unnamed"


def _numbers(observations: Iterable[Observation]) -> Iterator[tuple[str, float]]:
    taken: set[str] = set()
    for observation in observations:
        sides: tuple[tuple[str, float | None], ...] = (("", observation.value),)
        if observation.interval is not None:
            sides += ((".low", observation.interval.low), (".high", observation.interval.high))
        for side, value in sides:
            name = _untaken(metric_name(observation.name), side, taken)
            if value is not None and math.isfinite(value):
                taken.add(name)
                yield name, value


def _untaken(name: str, side: str, taken: set[str]) -> str:
    """Return a name of its own for a number, where marks that MLflow does not take told two apart."""
    number, found = 1, name + side
    while found in taken:
        number += 1
        found = f"{name} {number}{side}"
    return found


def _downloaded(run_id: str, name: str) -> Path:
    with answering():
        try:
            return Path(mlflow.artifacts.download_artifacts(artifact_uri=f"{_folder_of(address(), run_id)}/{name}"))
        except (MlflowException, HTTPError, OSError):
            return _looked_for(run_id, name)


def _looked_for(run_id: str, name: str) -> Path:
    """Ask for a file by its run, which takes a request more, and tells whether it is the file that is missing."""
    try:
        return Path(open_client().download_artifacts(run_id, name))
    except (MlflowException, HTTPError, OSError) as error:
        if _says_absent(error):
            raise SluiceError(f"the MLflow run {run_id} holds no {name}: was it trained by this project?") from error
        raise


@lru_cache(maxsize=256)
def _folder_of(server: str, run_id: str) -> str:
    """Return where a server keeps the files of a run, which is settled when the run begins."""
    del server
    return str(open_client().get_run(run_id).info.artifact_uri)


def _says_absent(error: Exception) -> bool:
    if isinstance(error, MlflowException):
        return error.error_code in ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")
    if isinstance(error, HTTPError):
        return error.response is not None and error.response.status_code == 404
    return isinstance(error, FileNotFoundError)
