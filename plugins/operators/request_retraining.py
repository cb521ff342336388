"""Ask for training, if what monitoring found says so and no brake holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from include.domain.notice import retraining_requested
from include.domain.spec import ModelSpec
from plugins.assets import retrain_asset
from plugins.delivery import deliver
from plugins.links import task_page
from plugins.operators.step import StepOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class RequestRetrainingOperator(StepOperator):
    """Decide by all monitored windows; write a request down, then let the asset ``<model>.retrain`` tell of it.

    Skips where the policy says to wait, with every reason; an asset event is sent by success alone.
    """

    def __init__(self, *, spec: ModelSpec, **kwargs: Any) -> None:
        super().__init__(spec=spec, outlets=[retrain_asset(spec.name)], **kwargs)

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the :class:`RetrainingRequest` as JSON."""
        from include.watching.asking import ask_for_training

        ti = context["ti"]
        store, records = self.house.store(), self.house.records()
        decision = ask_for_training(self.spec, store, records, by=f"{ti.dag_id}/{ti.run_id}")
        request = decision.request
        if request is None:
            raise AirflowSkipException(f"no training is asked for: {'; '.join(decision.reasons)}")
        self.log.info("training is asked for: %s", request.reason)
        context["outlet_events"][retrain_asset(self.spec.name)].extra = {"request": request.to_json()}
        pages = {"Task in Airflow": task_page(ti)}
        deliver(retraining_requested(self.spec.name, request.reason.split("; "), pages), self.spec.notify)
        return request.to_json()
