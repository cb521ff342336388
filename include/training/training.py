"""Training: rows and a spec become a finished MLflow run; the same rows and spec as before, the run of then."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from sklearn.base import BaseEstimator

from include.domain.fingerprint import Fingerprint
from include.domain.metric import METRICS, VALUE
from include.domain.references import DatasetRef, RunRef
from include.domain.spec import ModelSpec
from include.mlflow_server import answering, open_client
from include.storage.steps import StepRecords
from include.training.description import dataset_input, describing_parameters, describing_tags
from include.training.estimators import build_baseline, build_pipeline, build_simpler
from include.training.fitting import fit
from include.training.importance import importances
from include.training.model_files import upload_model, write_model
from include.training.models import BASELINE, SIMPLER, predict
from include.training.plots import draw_importances
from include.training.rows import DividedRows, Rows, divide
from include.training.run_files import (
    DATASET_FILE,
    HOLDOUT_ROWS_FILE,
    IMPORTANCES_FILE,
    PLOTS_FOLDER,
    SPEC_FILE,
    TRAINED_ROWS_FILE,
    write_hashes,
)
from include.training.run_key import RunKey
from include.training.scoring import check_is_scorable, score, tuning_metric
from include.training.step_costs import StepCosts
from include.training.threshold import Chosen, choose_threshold, with_threshold
from include.training.tracked_run import TrackedRun, attach, is_finished
from include.training.training_fingerprint import training_fingerprint
from include.training.trials import NestedRuns
from include.training.tuning import search
from include.training.weights import check_takes_weights, weight_arguments

STEP = "train_model"


def train_model(
    spec: ModelSpec,
    frame: pd.DataFrame,
    parts: pd.Series,
    dataset: DatasetRef,
    records: StepRecords,
    *,
    attempt: RunKey,
    force: bool = False,
    started_by: str = "",
    half_life: timedelta | None = None,
) -> RunRef:
    """Train the model of a spec, unless it was trained on the same rows, in the same way, before.

    Parameters
    ----------
    spec : ModelSpec
    frame : DataFrame of shape (n, anything)
        Cleaned rows in their canonical order, their index the hashes of the rows.
    parts : Series of shape (n,)
        ``training``, ``validation``, ``holdout`` or ``embargoed`` by row hash. Only the first two are looked at.
    dataset : DatasetRef
        Where the rows come from.
    records : StepRecords
        What was trained before.
    attempt : RunKey
        Names the MLflow run; a retry with the same key goes on where the try before it stopped.
    force : bool
        Train even if nothing changed.
    started_by : str
        Why the run was started, where more than its schedule says so; a tag of the run.
    half_life : timedelta, optional
        Age at which a row counts half; all count alike if left out.

    Returns
    -------
    RunRef
        A finished run, with the candidate under ``runs:/<id>/model`` and the baseline under ``runs:/<id>/baseline``;
        each carries its threshold, where the spec says what decisions are worth.

    Raises
    ------
    SpecError, CodeNotAllowedError, DataError, TrustError
        If the spec asks for what cannot be done.
    UnavailableError
        If MLflow does not answer; worth a retry.
    """
    rows = divide(spec, frame, parts, half_life=half_life)
    unfitted = build_pipeline(spec, rows.columns, spec.training.parameters)
    check_is_scorable(spec, unfitted)
    if half_life is not None:
        check_takes_weights(spec, unfitted)
    fingerprint = training_fingerprint(spec, rows, dataset, half_life=half_life)
    with answering():
        client = open_client()
        known = records.recall(spec.name, STEP, fingerprint)
        stands = known is not None and is_finished(client, known["run_id"])
        if known is not None and stands and not force:
            reused = {**known, "reused": True, "cause": f"nothing changed since run {known['run_id']}"}
            records.remember(spec.name, STEP, fingerprint, known)
            return RunRef.model_validate(reused)
        cause = _cause(spec, fingerprint, records, known_run=known["run_id"] if known else None, stands=stands)
        run = attach(
            client,
            spec.name,
            attempt,
            fingerprint=fingerprint.value,
            name=f"{spec.name} {attempt.dag_run}",
            tags=describing_tags(spec, dataset, fingerprint, attempt, cause, started_by=started_by),
        )
        with run.failing_with_its_work():
            if not run.committed:
                _train(run, spec, rows, dataset)
            run.finish()
    made = RunRef(run_id=run.run_id, experiment_id=run.experiment_id, fingerprint=fingerprint.value, cause=cause)
    records.remember(spec.name, STEP, fingerprint, made.to_json())
    return made


def _train(run: TrackedRun, spec: ModelSpec, rows: DividedRows, dataset: DatasetRef) -> None:
    costs = StepCosts()
    parameters, found = _parameters(run, spec, rows, costs)
    estimator = build_pipeline(spec, rows.columns, parameters)
    with costs.of("fit"):
        warned = fit(spec, estimator, rows.fitted)
    beside = _beside(spec, rows)
    chosen = None
    if spec.value is not None:
        with costs.of("threshold"):
            chosen = _chosen(spec, rows, lambda: build_pipeline(spec, rows.columns, parameters))
    with tempfile.TemporaryDirectory() as scratch:
        files = Path(scratch)
        with costs.of("importance"):
            _write_importances(spec, estimator, rows, files)
        _write_files(spec, rows, dataset, files)
        for name, simple in beside.items():
            write_model(files / name, spec, simple)
        with costs.of("upload"):
            model_id, model_bytes = upload_model(run, spec, with_threshold(spec, estimator, chosen), rows)
            run.client.log_artifacts(run.run_id, str(files))
    run.client.log_inputs(run.run_id, [dataset_input(spec, dataset)])
    counts = {
        "training_rows": len(rows.fitted),
        "validation_rows": int(rows.is_validation.sum()),
        "holdout_rows": len(rows.holdout),
        "features": len(rows.columns.names),
        "model_bytes": model_bytes,
    }
    metrics = {**costs.as_metrics(), **found, **_as_metrics(chosen), **counts}
    tags = {"sluice.warnings": "\n".join(warned)[:5000]}
    run.log_values(describing_parameters(spec, estimator), metrics, tags)
    run.commit(model_id)


def _beside(spec: ModelSpec, rows: DividedRows) -> dict[str, BaseEstimator]:
    """Return the fitted models that the candidate is compared with, each deciding as well as it can."""
    makers = {BASELINE: lambda: build_baseline(spec)}
    if spec.asks_simpler:
        makers[SIMPLER] = lambda: build_simpler(spec, rows.columns)
    return {
        name: with_threshold(spec, _fitted(make, rows.fitted), _chosen(spec, rows, make))
        for name, make in makers.items()
    }


def _chosen(spec: ModelSpec, rows: DividedRows, make: Callable[[], BaseEstimator]) -> Chosen | None:
    return choose_threshold(spec, rows, lambda: _fitted(make, rows.searching))


def _fitted(make: Callable[[], BaseEstimator], rows: Rows) -> BaseEstimator:
    estimator = make()
    with warnings.catch_warnings():
        # The candidate's own warnings are logged where it is fitted to all rows.
        warnings.simplefilter("ignore")
        estimator.fit(rows.features, rows.target, **weight_arguments(estimator, rows.weights))
    return estimator


def _as_metrics(chosen: Chosen | None) -> dict[str, float]:
    if chosen is None:
        return {}
    return {
        "validation.decision_threshold": chosen.threshold,
        f"validation.{VALUE}": chosen.value_per_1000,
        f"validation.{VALUE}_at_half": chosen.value_per_1000_at_half,
    }


def _parameters(
    run: TrackedRun, spec: ModelSpec, rows: DividedRows, costs: StepCosts
) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the parameters to fit with, and what the search for them, if one was asked for, came to."""
    tuning, written = spec.training.tuning, dict(spec.training.parameters)
    if tuning is None:
        return written, {}
    metric, searching, validation = tuning_metric(spec), rows.searching, rows.validation

    def objective(proposed: dict[str, Any]) -> float:
        estimator = build_pipeline(spec, rows.columns, {**written, **proposed})
        fit(spec, estimator, searching, field="training.tuning.space")
        return score(metric, validation.target, predict(spec, estimator, validation.features))

    nested = NestedRuns(run, metric)
    with costs.of("tuning"):
        best, trials = search(
            tuning,
            objective,
            seed=spec.training.seed,
            greater_is_better=METRICS[metric].greater_is_better,
            earlier=nested.finished(),
            record=nested.record,
        )
    found = {f"validation.{metric}": best.value or 0.0, "best_trial": best.number, "trials": len(trials)}
    return {**written, **best.parameters}, found


def _write_importances(spec: ModelSpec, estimator: BaseEstimator, rows: DividedRows, files: Path) -> None:
    found = importances(spec, estimator, rows.fitted)
    (files / IMPORTANCES_FILE).write_text(found.model_dump_json(indent=2), encoding="utf-8")
    draw_importances(found, files / PLOTS_FOLDER / "importances.png")


def _write_files(spec: ModelSpec, rows: DividedRows, dataset: DatasetRef, files: Path) -> None:
    text = yaml.safe_dump(spec.to_json(), sort_keys=False, allow_unicode=True)
    (files / SPEC_FILE).write_text(text, encoding="utf-8")
    (files / DATASET_FILE).write_text(dataset.model_dump_json(indent=2), encoding="utf-8")
    write_hashes(rows.fitted.hashes, files / TRAINED_ROWS_FILE)
    write_hashes(rows.holdout, files / HOLDOUT_ROWS_FILE)


def _cause(
    spec: ModelSpec, fingerprint: Fingerprint, records: StepRecords, *, known_run: str | None, stands: bool
) -> str:
    if known_run is not None:
        return "asked for, though nothing changed" if stands else f"run {known_run} is gone from MLflow"
    latest = records.latest(spec.name, STEP)
    if latest is None:
        return f"first training of {spec.name}"
    return fingerprint.cause(since=latest) or "its stored result is gone"
