"""Assembling: what all chunks came to becomes one run with one model; the same fleet as before, the run of then."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from include.domain.evidence import Evidence
from include.domain.fingerprint import Fingerprint
from include.domain.fleet import FleetPlan, SegmentResult
from include.domain.fleet_gate import observe_segments
from include.domain.record import canonical_json
from include.domain.references import RunRef
from include.domain.spec import ModelSpec
from include.fleet.assembly import Assembly, open_assembly
from include.fleet.composing import observe_stored, write_composed
from include.fleet.fleet_run import log_fleet
from include.mlflow_server import answering, open_client
from include.storage.steps import StepRecords
from include.storage.store import Store
from include.training.description import describing_tags
from include.training.fleet_files import DATA
from include.training.run_key import RunKey
from include.training.tracked_run import TrackedRun, attach, is_finished

STEP = "assemble_fleet"


def assemble_fleet(
    spec: ModelSpec,
    plan: FleetPlan,
    keys: Sequence[str],
    store: Store,
    records: StepRecords,
    *,
    attempt: RunKey,
    started_by: str = "",
) -> tuple[RunRef, Evidence, tuple[SegmentResult, ...]]:
    """Put the fleet of a plan together, unless it is the same as one before.

    Parameters
    ----------
    spec : ModelSpec
    plan : FleetPlan
    keys : sequence of str
        What the tasks of the chunks left in the store.
    store : Store
    records : StepRecords
        What was assembled before.
    attempt : RunKey
        Names the MLflow run; a retry with the same key goes on where the try before it stopped.
    started_by : str
        Why the run was started, where more than its schedule says so.

    Returns
    -------
    RunRef
        A finished run whose model is the fleet.
    Evidence
        What became of the segments in this run, and whether the stored fleet is what was judged.
    tuple of SegmentResult
    """
    with answering():
        assembly = open_assembly(spec, plan, keys, store)
        fingerprint = assembly.fingerprint()
        known = _known(spec, records, fingerprint)
        run = known or _attached(assembly, fingerprint, attempt, _cause(assembly), started_by)
        with tempfile.TemporaryDirectory(prefix="sluice-") as scratch:
            data = Path(scratch, DATA)
            write_composed(data, assembly, run_id=run.run_id)
            fleet, stored = observe_stored(data, assembly)
            counted = observe_segments(assembly.outcome.results, assembly.pooled_decided)
            evidence = Evidence(subject=f"{spec.name} fleet", observations=(*counted, *stored))
            if isinstance(run, TrackedRun):
                with run.failing_with_its_work():
                    if not run.committed:
                        log_fleet(run, assembly, fleet, data, evidence)
                    run.finish()
    made = known or RunRef(
        run_id=run.run_id, experiment_id=run.experiment_id, fingerprint=fingerprint.value, cause=_cause(assembly)
    )
    records.remember(spec.name, STEP, fingerprint, made.model_copy(update={"reused": False}).to_json())
    keep_results(spec, assembly.outcome.results, store)
    return made, evidence, assembly.outcome.results


def keep_results(spec: ModelSpec, results: Sequence[SegmentResult], store: Store) -> None:
    """Keep what became of every segment, so that the next run knows what it need not do again."""
    store.put(_latest(spec), canonical_json([result.to_json() for result in results]).encode())


def latest_results(spec: ModelSpec, store: Store) -> dict[str, SegmentResult]:
    """Return what became of every segment in the last run; nothing where there was none."""
    try:
        kept = json.loads(store.read(_latest(spec)))
    except KeyError:
        return {}
    return {one["segment"]: SegmentResult.model_validate(one) for one in kept}


def _latest(spec: ModelSpec) -> str:
    return f"fleets/{spec.name}/latest.json"


def _known(spec: ModelSpec, records: StepRecords, fingerprint: Fingerprint) -> RunRef | None:
    found = records.recall(spec.name, STEP, fingerprint)
    if found is None or not is_finished(open_client(), found["run_id"]):
        return None
    cause = f"nothing changed since run {found['run_id']}: every segment is served as it was"
    return RunRef.model_validate({**found, "reused": True, "cause": cause})


def _attached(assembly: Assembly, fingerprint: Fingerprint, attempt: RunKey, cause: str, started_by: str) -> TrackedRun:
    spec, plan = assembly.spec, assembly.plan
    return attach(
        open_client(),
        spec.name,
        attempt,
        fingerprint=fingerprint.value,
        name=f"{spec.name} fleet {attempt.dag_run}",
        tags=describing_tags(spec, plan.dataset, fingerprint, attempt, cause, started_by=started_by),
    )


def _cause(assembly: Assembly) -> str:
    won = sum(result.served_by == "challenger" for result in assembly.outcome.results)
    return f"{won:,} of {len(assembly.outcome.results):,} segments have a new member"
