"""Train a model on the training part of a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from plugins.links import MlflowRunLink, run_page
from plugins.operators.step import StepOperator, asks
from plugins.requests import request_of

if TYPE_CHECKING:
    from airflow.sdk import Context


class TrainModelOperator(StepOperator):
    """Split the rows, train, track, and return the :class:`RunRef` as JSON.

    :param dataset: JSON of the clean :class:`DatasetRef`. (templated)
    :param checks: What the checks of the data returned, by their names; kept with the run. (templated)
    """

    template_fields = ("dataset", "checks")
    operator_extra_links = (MlflowRunLink(),)

    def __init__(self, *, spec: ModelSpec, dataset: Any, checks: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(spec=spec, **kwargs)
        self.dataset, self.checks = dataset, checks

    def execute(self, context: Context) -> dict[str, Any]:
        """Train, or reuse the run that already did exactly this."""
        from include.data.frames import read_frame
        from include.data.split import split_rows
        from include.registry.versions import current
        from include.serving.golden_rows import keep_golden_rows
        from include.storage.store import key_of
        from include.training.run_key import RunKey
        from include.training.tracking import log_check, trained_rows
        from include.training.training import train_model

        dataset = DatasetRef.model_validate(self.dataset)
        store = self.house.store()
        frame = read_frame(dataset, store)
        champion = current(self.spec.name, "champion")
        ti = context["ti"]
        request = request_of(self.spec.name, context)
        if request is not None:
            self.log.info("monitoring asked for this training: %s", request.reason)
        run = train_model(
            self.spec,
            frame,
            split_rows(self.spec, frame, trained_rows(champion.run_id) if champion else None),
            dataset,
            self.house.records(),
            attempt=RunKey(dag_run=f"{ti.dag_id}/{ti.run_id}", task=ti.task_id, map_index=ti.map_index, url=_page(ti)),
            force=bool(asks(context, "force")),
            started_by=request.reason if request else "",
            half_life=request.data.half_life if request else None,
        )
        for name, result in self.checks.items():
            log_check(run, name, result, store.read(key_of(store, result["docs"]["uri"])))
        keep_golden_rows(self.spec, run, DatasetRef.model_validate(self.checks["raw"]["accepted"]), frame, store)
        self.say(run.cause, reused=run.reused)
        ti.xcom_push(key=MlflowRunLink().key, value=run_page(run.experiment_id, run.run_id))
        return run.to_json()


def _page(ti: Any) -> str | None:
    return getattr(ti, "log_url", None)
