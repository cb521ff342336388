"""Tracked runs: one MLflow run per key, found again by every retry, and finished exactly once.

A try may die at any line. What it logged is there under the same run, and is written again with the same content or
taken over: a trial that was finished counts, a model that was only half uploaded is thrown away. Naming the model as
output of the run commits it; from there on only its status is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from mlflow import MlflowClient
from mlflow.entities import Experiment, LoggedModelOutput, Metric, Param, Run, RunTag
from mlflow.exceptions import MlflowException

from include.domain.errors import SluiceError
from include.mlflow_server import artifact_location
from include.training.run_key import RunKey

ATTEMPT, SUPERSEDED, FINGERPRINT = "sluice.attempt", "sluice.superseded_attempt", "sluice.fingerprint"
"""Tags: the key of a run, the key it had before the task was asked something else, and what its result depends on."""

PARAMETERS_AT_ONCE = 100
"""MLflow refuses more in one request."""


@dataclass(frozen=True)
class TrackedRun:
    """An MLflow run that is being written."""

    client: MlflowClient
    run_id: str
    experiment_id: str
    committed: bool = False

    def log_values(
        self, parameters: Mapping[str, str], metrics: Mapping[str, float], tags: Mapping[str, str] | None = None
    ) -> None:
        """Log everything in one request, and in more where there are more parameters than MLflow takes in one."""
        named = [Param(name, value) for name, value in parameters.items()]
        for start in range(PARAMETERS_AT_ONCE, len(named), PARAMETERS_AT_ONCE):
            self.client.log_batch(self.run_id, params=named[start : start + PARAMETERS_AT_ONCE])
        self.client.log_batch(
            self.run_id,
            params=named[:PARAMETERS_AT_ONCE],
            metrics=[Metric(name, float(value), 0, 0) for name, value in metrics.items()],
            tags=[RunTag(name, value) for name, value in (tags or {}).items() if value],
        )

    def commit(self, model_id: str) -> None:
        """Name the model as the run's output, everything else being there by now, and take away every other model.

        A try that was given up for dead may have gone on beside the one that took its place. Who commits first, stays.
        """
        if not _is_committed(self.client.get_run(self.run_id)):
            self.client.log_outputs(self.run_id, [LoggedModelOutput(model_id, step=0)])
        _delete_models(self.client, self.experiment_id, self.run_id, but=_output(self.client.get_run(self.run_id)))

    def finish(self) -> None:
        """Mark the run as finished."""
        self.client.set_terminated(self.run_id, "FINISHED")

    @contextmanager
    def failing_with_its_work(self) -> Iterator[None]:
        """Mark the run as failed if the work in it raises; a retry takes it up again."""
        try:
            yield
        except BaseException:
            # Where Airflow's patience has ended or the task was told to stop, it is no Exception that says so. The
            # error is what counts; that it could not be noted down is not.
            with suppress(Exception):
                self.client.set_terminated(self.run_id, "FAILED")
            raise


def attach(
    client: MlflowClient, experiment: str, key: RunKey, *, fingerprint: str, name: str, tags: Mapping[str, str]
) -> TrackedRun:
    """Return the run of a key: the one that an earlier try began, or a new one.

    Parameters
    ----------
    client : MlflowClient
    experiment : str
        Name of the experiment; made if it is not there.
    key : RunKey
    fingerprint : str
        What the result depends on. A run of the same key with another one answers another question, and is left alone.
    name : str
        Shown in MLflow.
    tags : mapping of str to str
        Of a new run.
    """
    experiment_id = _experiment_id(client, experiment)
    filter_string = f"tags.`{ATTEMPT}` = '{key.value}'"
    for run in client.search_runs([experiment_id], filter_string=filter_string, max_results=50):
        if run.data.tags.get(FINGERPRINT) == fingerprint:
            return _taken_up(client, run)
        client.set_tag(run.info.run_id, SUPERSEDED, key.value)
        client.delete_tag(run.info.run_id, ATTEMPT)
        if run.info.status != "FINISHED":
            client.set_terminated(run.info.run_id, "KILLED")
    own = {ATTEMPT: key.value, FINGERPRINT: fingerprint}
    created = client.create_run(experiment_id, run_name=name, tags={**tags, **own})
    return TrackedRun(client, created.info.run_id, experiment_id)


def is_finished(client: MlflowClient, run_id: str) -> bool:
    """Whether a run is there, finished, and names its model."""
    try:
        run = client.get_run(run_id)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return False
        raise
    return run.info.status == "FINISHED" and run.info.lifecycle_stage == "active" and _is_committed(run)


def _is_committed(run: Run) -> bool:
    return bool(run.outputs and run.outputs.model_outputs)


def _taken_up(client: MlflowClient, run: Run) -> TrackedRun:
    run_id, experiment_id = run.info.run_id, run.info.experiment_id
    if _is_committed(run):
        return TrackedRun(client, run_id, experiment_id, committed=True)
    client.update_run(run_id, status="RUNNING")
    _delete_models(client, experiment_id, run_id, but=None)
    return TrackedRun(client, run_id, experiment_id)


def _output(run: Run) -> str | None:
    return str(run.outputs.model_outputs[0].model_id) if run.outputs and run.outputs.model_outputs else None


def _delete_models(client: MlflowClient, experiment_id: str, run_id: str, *, but: str | None) -> None:
    for model in client.search_logged_models([experiment_id], filter_string=f"source_run_id = '{run_id}'"):
        if model.model_id != but:
            client.delete_logged_model(model.model_id)


def _experiment_id(client: MlflowClient, name: str) -> str:
    found: Experiment | None = client.get_experiment_by_name(name)
    if found is None:
        try:
            return str(client.create_experiment(name, artifact_location=artifact_location(name)))
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
            # Somebody else made it in the meantime.
            found = client.get_experiment_by_name(name)
    if found is None or found.lifecycle_stage != "active":
        raise SluiceError(
            f"the MLflow experiment {name!r} was deleted: restore it (mlflow experiments restore), or remove it for "
            f"good (mlflow gc), before training {name!r} again"
        )
    return str(found.experiment_id)
