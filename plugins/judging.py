"""Judging: which rooms look at a model before a gate decides about it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from include.domain.references import DatasetRef, ModelVersionRef, RunRef

if TYPE_CHECKING:
    import pandas as pd

    from include.domain.evidence import Evidence
    from include.domain.predictions import Predictions
    from include.domain.spec import ModelSpec
    from include.storage.store import Store


def evaluate_run(spec: ModelSpec, dataset: DatasetRef, run: RunRef, store: Store) -> Evidence:
    """Observe a run's model and its baseline on the holdout; the evidence is logged to the run."""
    from include.evaluation.evaluate import evaluate_candidate
    from include.training.models import load_baseline, load_model, predict
    from include.training.plots import draw_plots
    from include.training.tracking import log_evidence, log_file, trained_rows

    holdout = holdout_of(run.run_id, dataset, store)
    model = load_model(f"runs:/{run.run_id}/model", trusted_types=spec.training.trusted_types)
    seen = predict(spec, model, holdout)
    baseline = predict(spec, load_baseline(run.run_id), holdout)
    evidence = evaluate_candidate(spec, holdout, seen, baseline, trained_rows(run.run_id))
    log_evidence(run, evidence)
    with TemporaryDirectory() as folder:
        for plot in draw_plots(spec.task, holdout[spec.data.target].to_numpy(), seen, Path(folder)):
            log_file(run, plot, "plots")
    return evidence


def compare_versions(
    spec: ModelSpec, challenger: ModelVersionRef, champion: ModelVersionRef | None, store: Store
) -> Evidence:
    """Observe both models on the challenger's holdout, and join it with the challenger's own evaluation."""
    from include.evaluation.comparison import compare_models
    from include.training.models import load_model, predict
    from include.training.tracking import logged_evidence, trained_dataset, trained_rows

    holdout = holdout_of(challenger.run_id, trained_dataset(challenger.run_id), store)
    trusted = spec.training.trusted_types

    def predictions_of(version: ModelVersionRef) -> Predictions:
        return predict(spec, load_model(f"models:/{version.name}/{version.version}", trusted_types=trusted), holdout)

    compared = compare_models(
        spec,
        holdout,
        predictions_of(challenger),
        predictions_of(champion) if champion else None,
        champion_trained_on=trained_rows(champion.run_id) if champion else None,
        challenger_trained_on=trained_rows(challenger.run_id),
    )
    return logged_evidence(challenger.run_id).joined(compared)


def holdout_of(run_id: str, dataset: DatasetRef, store: Store) -> pd.DataFrame:
    """Return the rows that a run kept from its model, in canonical order."""
    from include.data.frames import read_frame
    from include.training.tracking import holdout_rows

    return read_frame(dataset, store).loc[holdout_rows(run_id)]
