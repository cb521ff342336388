"""Ask for training, if what monitoring found says so and no brake holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from include.domain.notice import retraining_requested
from include.domain.retraining import decide_retraining, findings_of
from include.domain.spec import ModelSpec
from plugins.assets import retrain_asset
from plugins.delivery import deliver
from plugins.links import task_page
from plugins.operators.step import StepOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from include.domain.retraining import RetrainingDecision
    from include.storage.store import Store


class RequestRetrainingOperator(StepOperator):
    """Decide by all monitored windows; write a request down, then let the asset ``<model>.retrain`` tell of it.

    Skips where the policy says to wait, with every reason; an asset event is sent by success alone.
    """

    def __init__(self, *, spec: ModelSpec, **kwargs: Any) -> None:
        super().__init__(spec=spec, outlets=[retrain_asset(spec.name)], **kwargs)

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the :class:`RetrainingRequest` as JSON."""
        from include.registry.retraining_requests import own_request, record_request

        ti = context["ti"]
        by, store = f"{ti.dag_id}/{ti.run_id}", self.house.store()
        request = own_request(store, self.spec.name, by)
        if request is None:
            decision = record_request(store, self._decided(store, by))
            request = decision.request
            if request is None:
                raise AirflowSkipException(f"no training is asked for: {'; '.join(decision.reasons)}")
        self.log.info("training is asked for: %s", request.reason)
        context["outlet_events"][retrain_asset(self.spec.name)].extra = {"request": request.to_json()}
        pages = {"Task in Airflow": task_page(ti)}
        deliver(retraining_requested(self.spec.name, request.reason.split("; "), pages), self.spec.notify)
        return request.to_json()

    def _decided(self, store: Store, by: str) -> RetrainingDecision:
        from include.monitoring.shelf import monitored_windows
        from include.registry.loop_stop import stop_told, stopped_by
        from include.registry.retraining_requests import retraining_requests
        from include.registry.versions import current
        from include.training.training import STEP
        from include.training.training_fingerprint import training_changes

        name = self.spec.name
        champion = current(name, "champion")
        return decide_retraining(
            self.spec.retraining,
            name,
            [findings_of(seen) for seen in monitored_windows(store, name)],
            champion=champion.version if champion else None,
            requests=retraining_requests(store, name),
            change=training_changes(self.spec, self.house.records().latest(name, STEP)),
            stopped=stop_told(stopped_by(store, name)),
            by=by,
        )
