"""Requests for training: an append-only record, one object a moment of event time, that no two writers both create."""

from __future__ import annotations

from datetime import UTC

from include.domain.retraining import RetrainingDecision, RetrainingRequest
from include.storage.store import Store


def retraining_requests(store: Store, model: str) -> tuple[RetrainingRequest, ...]:
    """Return every request that was made for a model, oldest first; brakes that rest on them survive any restart."""
    keys = store.keys(f"retraining/{model}/requests/")
    return tuple(RetrainingRequest.model_validate_json(store.read(key)) for key in keys)


def own_request(store: Store, model: str, by: str) -> RetrainingRequest | None:
    """Return the request that a DAG run has made already: a task that was killed after it does not ask twice."""
    return next((made for made in retraining_requests(store, model) if by and made.by == by), None)


def record_request(store: Store, decision: RetrainingDecision) -> RetrainingDecision:
    """Write a request down, before anybody hears of it.

    Returns
    -------
    RetrainingDecision
        The decision itself; to wait, where somebody else asked at the same window first.
    """
    request = decision.request
    if request is None:
        return decision
    key = f"retraining/{request.model}/requests/{request.at.astimezone(UTC):%Y%m%dT%H%M%SZ}.json"
    if store.put_if_absent(key, request.model_dump_json().encode()):
        return decision
    made = RetrainingRequest.model_validate_json(store.read(key))
    if request.by and made.by == request.by:
        return decision.model_copy(update={"request": made})
    told = f"{made.by or 'somebody'} asked at this window already: {made.reason}"
    return RetrainingDecision(decision="wait", reasons=(told,))
