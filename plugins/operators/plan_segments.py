"""Plan a fleet: divide its rows into segments, and its segments into chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.domain.references import DatasetRef, RunRef
from include.domain.spec import ModelSpec
from plugins.operators.step import StepOperator
from plugins.requests import request_of

if TYPE_CHECKING:
    from airflow.sdk import Context


class PlanSegmentsOperator(StepOperator):
    """Judge the pooled model, and return a :class:`ChunkRef` for every chunk of segments as JSON.

    :param dataset: JSON of the clean :class:`DatasetRef`. (templated)
    :param run: JSON of the :class:`RunRef` of the pooled model. (templated)
    """

    template_fields = ("dataset", "run")

    def __init__(self, *, spec: ModelSpec, dataset: Any, run: Any, **kwargs: Any) -> None:
        super().__init__(spec=spec, **kwargs)
        self.dataset, self.run = dataset, run

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Return the chunks; a task is mapped over each of them."""
        from airflow.sdk.configuration import conf

        from include.fleet.plan import plan_fleet
        from include.registry.versions import current

        request = request_of(self.spec.name, context)
        plan, chunks = plan_fleet(
            self.spec,
            DatasetRef.model_validate(self.dataset),
            RunRef.model_validate(self.run),
            current(self.spec.name, "champion"),
            self.house.store(),
            slots=conf.getint("core", "parallelism"),
            asked=request.segments if request else (),
            half_life=request.data.half_life if request else None,
        )
        if plan.pooled_verdict is not None:
            self.log.info("%s", plan.pooled_verdict.as_text())
        self.log.info("%s serves segments without a member", f"the {plan.pooled_by}'s pooled model")
        self.log.info("%d segments in %d chunks", sum(chunk.segments for chunk in chunks), len(chunks))
        return [chunk.to_json() for chunk in chunks]
