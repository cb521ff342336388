"""Judging: which rooms look at a model before a gate decides about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from include.domain.references import DatasetRef, ModelVersionRef, RunRef

if TYPE_CHECKING:
    import pandas as pd

    from include.domain.evidence import Evidence
    from include.domain.spec import ModelSpec
    from include.storage.store import Store


def evaluate_run(spec: ModelSpec, dataset: DatasetRef, run: RunRef, store: Store) -> Evidence:
    """Observe a run's model and its baseline on the holdout; the evidence is logged to the run."""
    from include.evaluation.evaluate import evaluate_candidate
    from include.training.models import load_baseline, load_model, predict
    from include.training.tracking import log_evidence, trained_rows

    holdout = holdout_of(run.run_id, dataset, store)
    evidence = evaluate_candidate(
        spec,
        holdout,
        predict(spec, load_model(f"runs:/{run.run_id}/model"), holdout),
        predict(spec, load_baseline(run.run_id), holdout),
        trained_rows(run.run_id),
    )
    log_evidence(run, evidence)
    return evidence


def compare_versions(
    spec: ModelSpec, challenger: ModelVersionRef, champion: ModelVersionRef | None, store: Store
) -> Evidence:
    """Observe both models on the challenger's holdout, and join it with the challenger's own evaluation."""
    from include.evaluation.comparison import compare_models
    from include.training.models import load_model, predict
    from include.training.tracking import logged_evidence, trained_dataset, trained_rows

    holdout = holdout_of(challenger.run_id, trained_dataset(challenger.run_id), store)
    models = [load_model(f"models:/{v.name}/{v.version}") if v else None for v in (challenger, champion)]
    seen = [predict(spec, model, holdout) if model is not None else None for model in models]
    compared = compare_models(
        spec,
        holdout,
        seen[0],
        seen[1],
        champion_trained_on=trained_rows(champion.run_id) if champion else None,
        challenger_trained_on=trained_rows(challenger.run_id),
    )
    return logged_evidence(challenger.run_id).joined(compared)


def holdout_of(run_id: str, dataset: DatasetRef, store: Store) -> pd.DataFrame:
    """Return the rows that a run kept from its model, in canonical order."""
    from include.data.frames import read_frame
    from include.training.tracking import holdout_rows

    return read_frame(dataset, store).loc[holdout_rows(run_id)]
