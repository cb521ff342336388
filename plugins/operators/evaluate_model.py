"""Evaluate a trained model on the rows that it has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.domain.references import DatasetRef, RunRef
from include.domain.spec import ModelSpec
from plugins.links import MlflowRunLink, run_page
from plugins.operators.step import StepOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class EvaluateModelOperator(StepOperator):
    """Observe a run's model on its holdout, beside the simple baseline; decide nothing.

    :param dataset: JSON of the clean :class:`DatasetRef`. (templated)
    :param run: JSON of the :class:`RunRef`. (templated)
    """

    template_fields = ("dataset", "run")
    operator_extra_links = (MlflowRunLink(),)

    def __init__(self, *, spec: ModelSpec, dataset: Any, run: Any, **kwargs: Any) -> None:
        super().__init__(spec=spec, **kwargs)
        self.dataset, self.run = dataset, run

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the evidence as JSON; it is logged to the MLflow run too."""
        from include.judging.candidates import evaluate_run

        run = RunRef.model_validate(self.run)
        evidence = evaluate_run(self.spec, DatasetRef.model_validate(self.dataset), run, self.house.store())
        page = run_page(run.experiment_id, run.run_id)
        context["ti"].xcom_push(key=MlflowRunLink().key, value=page)
        return evidence.to_json()
