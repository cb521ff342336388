"""Asking: whether the windows seen so far call for training; a request is written down before anybody hears of it."""

from __future__ import annotations

from include.domain.retraining import RetrainingDecision, decide_retraining, findings_of
from include.domain.spec import ModelSpec
from include.monitoring.shelf import monitored_windows
from include.registry.loop_stop import stop_told, stopped_by
from include.registry.retraining_requests import own_request, record_request, retraining_requests
from include.registry.versions import current
from include.storage.steps import StepRecords
from include.storage.store import Store
from include.training.training import STEP
from include.training.training_fingerprint import training_changes


def ask_for_training(spec: ModelSpec, store: Store, records: StepRecords, *, by: str) -> RetrainingDecision:
    """Decide by every monitored window whether to ask for training, and write the request down.

    Parameters
    ----------
    spec : ModelSpec
    store : Store
    records : StepRecords
        Of the trainings, to see what would make another model by now.
    by : str
        Who asks; whoever asked before and was killed is given the same request again.

    Returns
    -------
    RetrainingDecision
        See :func:`include.domain.retraining.decide_retraining`.
    """
    made = own_request(store, spec.name, by)
    if made is not None:
        return RetrainingDecision(decision="ask", reasons=(made.reason,), request=made)
    champion = current(spec.name, "champion")
    decision = decide_retraining(
        spec.retraining,
        spec.name,
        [findings_of(seen) for seen in monitored_windows(store, spec.name)],
        champion=champion.version if champion else None,
        requests=retraining_requests(store, spec.name),
        change=training_changes(spec, records.latest(spec.name, STEP)),
        stopped=stop_told(stopped_by(store, spec.name)),
        by=by,
    )
    return record_request(store, decision)
