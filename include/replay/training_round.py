"""A round: one training and what follows it, the steps of both DAGs in order, each by the function of its task."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from mlflow.utils.logging_utils import disable_logging, enable_logging

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.split import split_rows
from include.domain.errors import SluiceError
from include.domain.gate import decide
from include.domain.references import ModelVersionRef, RunRef, Window
from include.domain.spec import ModelSpec
from include.domain.verdict import Verdict
from include.judging.candidates import compare_versions, evaluate_run
from include.quality.checks import check_dataset
from include.quality.result import QualityResult
from include.registry.aliases import move_alias
from include.registry.answers import settle
from include.registry.versions import current, record_verdict, recorded_verdict, register_candidate
from include.replay.fleet_round import assemble_round
from include.storage.steps import StepRecords
from include.storage.store import Store, key_of
from include.training.run_key import RunKey
from include.training.tracking import log_check, log_verdict, trained_dataset, trained_rows
from include.training.training import train_model


@dataclass(frozen=True)
class Round:
    """What became of a training.

    Parameters
    ----------
    promoted : ModelVersionRef or None
    told : str
        In a line.
    """

    promoted: ModelVersionRef | None
    told: str


def train_round(
    spec: ModelSpec,
    store: Store,
    *,
    run: str,
    window: Window,
    reason: str,
    folder: Path,
    half_life: timedelta | None = None,
    segments: tuple[str, ...] = (),
) -> Round:
    """Train on what the spec's source holds of a window; register, compare and promote as far as the gates let it.

    Parameters
    ----------
    spec : ModelSpec
    store : Store
    run : str
        Stands for the DAG run.
    window : Window
    reason : str
        Why it was started.
    folder : Path
        Folder of the spec.
    half_life : timedelta, optional
        Age at which a row counts half.
    segments : tuple of str
        Of a fleet, those to train; all if empty.
    """
    with quiet():
        try:
            return _round(
                spec,
                store,
                run=run,
                window=window,
                reason=reason,
                folder=folder,
                half_life=half_life,
                segments=segments,
            )
        except SluiceError as error:
            # As a task that fails: the run ends there, and the loop goes on with the champion that it has.
            return Round(None, f"failed: {str(error).splitlines()[0]}")


def _round(
    spec: ModelSpec,
    store: Store,
    *,
    run: str,
    window: Window,
    reason: str,
    folder: Path,
    half_life: timedelta | None,
    segments: tuple[str, ...],
) -> Round:
    champion = current(spec.name, "champion")
    reference = trained_dataset(champion.run_id) if champion else None
    snapshot = take_snapshot(spec, store, window=window)
    raw = check_dataset(spec, snapshot, store, suite="raw", as_of=window.end, folder=folder)
    if not (verdict := decide(spec.data_gate(), raw.evidence)).passed:
        return Round(None, _refused("the raw data", verdict))
    cleaned = clean_dataset(spec, raw.accepted, store)
    clean = check_dataset(spec, cleaned, store, suite="clean", as_of=window.end, reference=reference, folder=folder)
    if not (verdict := decide(spec.data_gate(), clean.evidence)).passed:
        return Round(None, _refused("the clean data", verdict))
    frame = read_frame(clean.accepted, store)
    parts = split_rows(spec, frame, trained_rows(champion.run_id) if champion else None)
    key = RunKey(dag_run=run, task="train_model")
    trained = train_model(
        spec, frame, parts, clean.accepted, StepRecords(store), attempt=key, started_by=reason, half_life=half_life
    )
    _log_checks(trained, store, raw=raw, clean=clean)
    if spec.segment_by is not None:
        trained, verdict = assemble_round(
            spec, clean.accepted, trained, store, run=run, reason=reason, asked=segments, half_life=half_life
        )
        if not verdict.passed:
            return Round(None, _refused("the fleet", verdict))
        _log_checks(trained, store, raw=raw, clean=clean)
    evidence = evaluate_run(spec, clean.accepted, trained, store)
    verdict = decide(spec.candidate_gate(), evidence)
    log_verdict(trained, verdict)
    if not verdict.passed:
        return Round(None, _refused("the candidate", verdict))
    challenger = register_candidate(spec, trained, evidence)
    move_alias(store, spec.name, "challenger", challenger.version, action="challenge", actor=run, reason=reason)
    if champion is not None and champion.version == challenger.version:
        return Round(None, f"version {champion.version} is the champion already: nothing to judge")
    seen = compare_versions(spec, challenger, champion, store)
    verdict = decide(spec.model_gate(), seen)
    record_verdict(challenger, verdict, seen)
    if not verdict.passed:
        return Round(None, _refused(f"version {challenger.version}", verdict))
    judged = recorded_verdict(challenger, verdict)
    settle(store, challenger, judged, None, judged_against=champion.version if champion else None, run=run)
    return Round(challenger, f"version {challenger.version} is the champion")


def _log_checks(run: RunRef, store: Store, **checks: QualityResult) -> None:
    for name, result in checks.items():
        log_check(run, name, result.to_json(), store.read(key_of(store, result.docs.uri)))


def _refused(what: str, verdict: Verdict) -> str:
    reason = next(reason for reason in verdict.reasons if reason.outcome == verdict.outcome)
    told = f"{reason.requirement} asked {reason.asked}, saw {reason.seen}"
    return f"{what}: gate {verdict.gate} {verdict.outcome} ({told})"


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings, and MLflow's lines about every run and version, out of a table of ninety windows."""
    disable_logging()  # type: ignore[no-untyped-call]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        enable_logging()  # type: ignore[no-untyped-call]
