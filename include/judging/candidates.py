"""Judging: which rooms look at a model before a gate decides about it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

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
    from include.training.fleet_answers import recorded_answers
    from include.training.models import load_baseline, load_model, load_simpler, predict
    from include.training.plots import draw_plots
    from include.training.tracking import log_evidence, log_file, trained_rows

    holdout = holdout_of(run.run_id, dataset, store)
    model = load_model(f"runs:/{run.run_id}/model", trusted_types=spec.training.trusted_types)
    if spec.segment_by is None:
        seen, baseline = predict(spec, model, holdout), predict(spec, load_baseline(run.run_id), holdout)
    else:
        holdout, seen, baseline = recorded_answers(spec, run, model, holdout)
    simpler = predict(spec, load_simpler(run.run_id), holdout) if spec.asks_simpler else None
    evidence = evaluate_candidate(spec, holdout, seen, baseline, trained_rows(run.run_id), simpler=simpler)
    evidence = evidence.joined(_probed(spec, model, holdout)).joined(_of_run(run))
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
    from include.registry.versions import registered_evidence
    from include.training.tracking import trained_dataset, trained_rows

    registered = registered_evidence(challenger)
    if spec.segment_by is not None:
        return registered.joined(_composed_against(spec, challenger, champion, store))
    holdout = holdout_of(challenger.run_id, trained_dataset(challenger.run_id), store)
    compared = compare_models(
        spec,
        holdout,
        predictions_of(challenger, spec, holdout),
        _as_the_champion_sees(champion, challenger, spec, holdout, store) if champion else None,
        champion_trained_on=trained_rows(champion.run_id) if champion else None,
        challenger_trained_on=trained_rows(challenger.run_id),
        champion_then=_seen_then(spec, champion),
    )
    return registered.joined(compared)


def _composed_against(
    spec: ModelSpec, challenger: ModelVersionRef, champion: ModelVersionRef | None, store: Store
) -> Evidence:
    """Observe whether the members of a fleet met the present champion; each was judged beside it by its own gate."""
    from include.domain.evidence import Evidence, Observation
    from include.domain.fleet import FleetPlan
    from include.domain.gate import CHAMPIONS, COMPOSED_AGAINST_ANOTHER, HOLDOUT_IN_CHAMPION_TRAINING
    from include.evaluation.untouched import observe_shared_rows
    from include.training.run_files import PLAN_FILE
    from include.training.tracking import read_file, trained_dataset, trained_rows

    champions = Observation(name=CHAMPIONS, value=int(champion is not None), unit="count")
    met = FleetPlan.model_validate_json(read_file(challenger, PLAN_FILE).read_bytes()).champion
    if champion is None and met is None:
        return Evidence(subject=f"{spec.name} challenger", observations=(champions,))
    told = f"judged against {_told(met)}; the champion is {_told(champion)}: train again"
    composed = Observation(
        name=COMPOSED_AGAINST_ANOTHER, value=int(met != champion), unit="", detail=told if met != champion else ""
    )
    if champion is None:
        return Evidence(subject=f"{spec.name} challenger", observations=(champions, composed))
    holdout = holdout_of(challenger.run_id, trained_dataset(challenger.run_id), store)
    shared = observe_shared_rows(spec, HOLDOUT_IN_CHAMPION_TRAINING, holdout, trained_rows(champion.run_id))
    return Evidence(subject=f"{spec.name} challenger", observations=(champions, composed, shared))


def _told(version: ModelVersionRef | None) -> str:
    return "none" if version is None else f"version {version.version}"


def predictions_of(version: ModelVersionRef, spec: ModelSpec, frame: pd.DataFrame) -> Predictions:
    """Return what a registered model says of clean rows."""
    from include.training.models import load_model, predict

    model = load_model(f"models:/{version.name}/{version.version}", trusted_types=spec.training.trusted_types)
    return predict(spec, model, frame)


def holdout_of(run_id: str, dataset: DatasetRef, store: Store) -> pd.DataFrame:
    """Return the rows that a run kept from its model, in canonical order."""
    from include.data.frames import read_frame
    from include.training.tracking import holdout_rows

    frame = read_frame(dataset, store)
    return frame[frame.index.isin(holdout_rows(run_id))]


def _probed(spec: ModelSpec, model: Any, holdout: pd.DataFrame) -> Evidence:
    """Ask the model again: about rows that are changed, and against the clock, as far as the spec asks for it."""
    from include.domain.evidence import Evidence
    from include.evaluation.cost_of_use import observe_latency
    from include.evaluation.robustness import FeatureKinds, observe_robustness
    from include.training.models import columns_of, predict

    def ask(rows: pd.DataFrame) -> Predictions:
        return predict(spec, model, rows)

    columns = columns_of(spec, model, holdout)
    kinds = FeatureKinds(columns.numeric_names, columns.categorical_names)
    observed = (*observe_robustness(spec, holdout, ask, kinds), *observe_latency(spec, holdout, ask))
    return Evidence(subject=f"{spec.name} candidate", observations=observed)


def _of_run(run: RunRef) -> Evidence:
    """Observe what training measured of the model itself."""
    from include.domain.evidence import Evidence
    from include.evaluation.cost_of_use import observe_size
    from include.training.tracking import logged_number

    return Evidence(subject="run", observations=(observe_size(logged_number(run.run_id, "model_bytes")),))


def _seen_then(spec: ModelSpec, champion: ModelVersionRef | None) -> Evidence | None:
    """Return what was seen of the champion when it was evaluated, where a bound asks for it."""
    from include.domain.requirement import staleness_name
    from include.training.tracking import logged_evidence

    asked = any(name.startswith(staleness_name("")) for name in spec.asked_observations)
    return logged_evidence(champion.run_id) if champion is not None and asked else None


def _as_the_champion_sees(
    champion: ModelVersionRef, challenger: ModelVersionRef, spec: ModelSpec, holdout: pd.DataFrame, store: Store
) -> Predictions:
    """Return what the champion says of the holdout, cleaned as its own spec says and not as the challenger's does."""
    from include.data.cleaning import clean_frame
    from include.data.frames import read_frame
    from include.domain.spec.looking_back import lags_in
    from include.training.tracking import accepted_dataset, trained_spec

    theirs = trained_spec(champion.run_id)
    if (theirs.cleaning, theirs.data.types) == (spec.cleaning, spec.data.types):
        return predictions_of(champion, theirs, holdout)
    raw = accepted_dataset(challenger.run_id, "raw")
    frame = read_frame(raw, store)
    judged = frame.index.isin(holdout.index)
    rows = frame[judged & ~frame.index.duplicated()]
    history = frame[~judged] if lags_in(theirs.cleaning) else None
    cleaned = clean_frame(theirs, rows, raw.columns, to_score=True, history=history)
    return predictions_of(champion, theirs, cleaned.loc[holdout.index])
