"""Trials: what a search has tried so far. Nested MLflow runs hold it, and nothing else does, so that a search which was
cut off goes on where it stopped, and people read in the UI what the search itself reads.
"""

from __future__ import annotations

import json
import math
from typing import Any

from mlflow.entities import Metric, Param, Run, RunTag, ViewType
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID
from pydantic import Field

from include.domain.record import Record, canonical_json
from include.training.tracked_run import TrackedRun

NUMBER, PARAMETERS, PROBLEM = "sluice.trial", "sluice.trial_parameters", "sluice.trial_problem"
SECONDS = "trial_seconds"


class Trial(Record):
    """One combination of parameters that was tried.

    Parameters
    ----------
    number : int
        Counted from 0.
    parameters : dict of str to JSON value
    value : float or None
        The metric on the validation rows; None if the estimator could not be fitted.
    seconds : float
        How long it took.
    problem : str
        Why there is no value.
    """

    number: int = Field(ge=0)
    parameters: dict[str, Any]
    value: float | None
    seconds: float = 0.0
    problem: str = ""


class NestedRuns:
    """The trials of one run, each a finished run nested in it.

    Parameters
    ----------
    parent : TrackedRun
    metric : str
        Name of what the trials are judged by.
    """

    def __init__(self, parent: TrackedRun, metric: str) -> None:
        self._parent, self._metric = parent, metric

    def finished(self) -> list[Trial]:
        """Return the trials of earlier tries in order, and delete what a try left half written."""
        read = [(self._read(run), run.info.run_id) for run in self._nested()]
        found: list[Trial] = []
        for trial, run_id in sorted(read, key=lambda each: math.inf if each[0] is None else each[0].number):
            # Every proposal depends on all trials before it, so that one beyond a gap proves nothing.
            if trial is not None and trial.number == len(found):
                found.append(trial)
            else:
                # Ended first: MLflow shows what was deleted to whoever asks for it.
                self._parent.client.set_terminated(run_id, "KILLED")
                self._parent.client.delete_run(run_id)
        return found

    def record(self, trial: Trial) -> None:
        """Log a trial."""
        client = self._parent.client
        tags = {
            MLFLOW_PARENT_RUN_ID: self._parent.run_id,
            NUMBER: str(trial.number),
            PARAMETERS: canonical_json(trial.parameters),
        }
        name = f"trial {trial.number}"
        run_id = client.create_run(self._parent.experiment_id, run_name=name, tags=tags).info.run_id
        metrics = {SECONDS: trial.seconds} | ({} if trial.value is None else {self._metric: trial.value})
        client.log_batch(
            run_id,
            metrics=[Metric(metric, value, 0, 0) for metric, value in metrics.items()],
            params=[Param(parameter, str(value)) for parameter, value in trial.parameters.items()],
            tags=[RunTag(PROBLEM, trial.problem[:5000])] if trial.problem else [],
        )
        client.set_terminated(run_id, "FAILED" if trial.value is None else "FINISHED")

    def _nested(self) -> list[Run]:
        filter_string, found, token = f"tags.`{MLFLOW_PARENT_RUN_ID}` = '{self._parent.run_id}'", [], None
        while True:
            page = self._parent.client.search_runs(
                [self._parent.experiment_id], filter_string, ViewType.ACTIVE_ONLY, 1000, ["start_time ASC"], token
            )
            found += list(page)
            token = page.token
            if not token:
                return found

    def _read(self, run: Run) -> Trial | None:
        value = run.data.metrics.get(self._metric)
        has_ended = run.info.status in ("FINISHED", "FAILED") and SECONDS in run.data.metrics
        if not has_ended or (run.info.status == "FINISHED" and (value is None or not math.isfinite(value))):
            return None
        return Trial(
            number=int(run.data.tags[NUMBER]),
            parameters=json.loads(run.data.tags[PARAMETERS]),
            value=value if run.info.status == "FINISHED" else None,
            seconds=run.data.metrics[SECONDS],
            problem=run.data.tags.get(PROBLEM, ""),
        )
