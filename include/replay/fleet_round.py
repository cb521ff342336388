"""The part of a round that a fleet has on top: segments are planned, trained and put together, as its tasks do it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from include.domain.fleet_gate import fleet_gate
from include.domain.gate import decide
from include.domain.references import DatasetRef, RunRef
from include.domain.spec import ModelSpec
from include.domain.verdict import Verdict
from include.fleet.assembling import assemble_fleet, latest_results
from include.fleet.chunk import train_chunk
from include.fleet.plan import plan_fleet
from include.registry.versions import current
from include.storage.steps import StepRecords
from include.storage.store import Store
from include.training.run_key import RunKey


def assemble_round(
    spec: ModelSpec,
    dataset: DatasetRef,
    pooled: RunRef,
    store: Store,
    *,
    run: str,
    reason: str,
    asked: Sequence[str] = (),
    half_life: timedelta | None = None,
) -> tuple[RunRef, Verdict]:
    """Train the segments of a fleet beside the present champion's, one at a time.

    Parameters
    ----------
    spec : ModelSpec
        With ``segment_by``.
    dataset : DatasetRef
        Clean rows.
    pooled : RunRef
        Training of the pooled model.
    store : Store
    run : str
        Stands for the DAG run.
    reason : str
        Why it was started.
    asked : sequence of str
        Segments to train; all if empty.
    half_life : timedelta, optional
        Age at which a row counts half.

    Returns
    -------
    RunRef
        Of the fleet.
    Verdict
        Of the gate ``fleet``.
    """
    champion, before = current(spec.name, "champion"), latest_results(spec, store)
    plan, chunks = plan_fleet(spec, dataset, pooled, champion, store, slots=1, asked=asked, half_life=half_life)
    keys = [train_chunk(spec, chunk, store, processes=1, before=before) for chunk in chunks]
    key = RunKey(dag_run=run, task="assemble_fleet")
    made, evidence, _ = assemble_fleet(spec, plan, keys, store, StepRecords(store), attempt=key, started_by=reason)
    return made, decide(fleet_gate(spec), evidence)
