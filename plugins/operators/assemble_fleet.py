"""Assemble a fleet from the segments of all chunks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from plugins.links import MlflowRunLink, run_page
from plugins.operators.step import StepOperator
from plugins.requests import request_of

if TYPE_CHECKING:
    from airflow.sdk import Context


class AssembleFleetOperator(StepOperator):
    """Make one MLflow run of all chunks; return its :class:`RunRef` and the :class:`Evidence` of what they came to.

    :param chunks: JSON of the :class:`ChunkRef` of every chunk. (templated)
    :param trained: Where the store keeps what became of them. (templated)
    :param checks: What the checks of the data returned, by their names; kept with the run. (templated)
    """

    template_fields = ("chunks", "trained", "checks")
    operator_extra_links = (MlflowRunLink(),)

    def __init__(self, *, spec: ModelSpec, chunks: Any, trained: Any, checks: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(spec=spec, multiple_outputs=True, **kwargs)
        self.chunks, self.trained, self.checks = chunks, trained, checks

    def execute(self, context: Context) -> dict[str, Any]:
        """Assemble, or reuse the run that already is exactly this fleet."""
        from include.data.frames import read_frame
        from include.domain.fleet_summary import summarise
        from include.fleet.assembling import assemble_fleet
        from include.fleet.fleet_run import log_checks
        from include.fleet.plan import read_plan
        from include.serving.golden_rows import keep_golden_rows
        from include.training.run_key import RunKey

        store, ti = self.house.store(), context["ti"]
        request = request_of(self.spec.name, context)
        plan = read_plan(store, self.chunks[0]["plan"])
        run, evidence, results = assemble_fleet(
            self.spec,
            plan,
            _listed(self.trained),
            store,
            self.house.records(),
            attempt=RunKey(dag_run=f"{ti.dag_id}/{ti.run_id}", task=ti.task_id, url=getattr(ti, "log_url", None)),
            started_by=request.reason if request else "",
        )
        log_checks(run, plan, self.checks, store)
        raw = DatasetRef.model_validate(self.checks["raw"]["accepted"])
        keep_golden_rows(self.spec, run, raw, read_frame(plan.dataset, store), store)
        summary = summarise(results)
        for line in summary.as_lines(str(self.spec.baseline)):
            self.log.info("%s", line)
        self.say(run.cause, reused=run.reused)
        ti.xcom_push(key=MlflowRunLink().key, value=run_page(run.experiment_id, run.run_id))
        return {
            "run": run.to_json(),
            "evidence": evidence.to_json(),
            "summary": summary.as_lines(str(self.spec.baseline)),
        }


def _listed(trained: Iterable[str]) -> list[str]:
    """Return the results of mapped tasks, which Airflow hands over one by one."""
    return list(trained)
