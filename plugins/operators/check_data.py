"""Check a dataset against its expectations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from plugins.links import DataDocsLink, report_page
from plugins.operators.step import StepOperator
from plugins.windows import run_moment

if TYPE_CHECKING:
    from airflow.sdk import Context


class CheckDataOperator(StepOperator):
    """Observe a dataset with Great Expectations; decide nothing.

    :param dataset: JSON of a :class:`DatasetRef`. (templated)
    :param suite: ``raw`` for data as they arrive, ``clean`` for data after cleaning.
    """

    template_fields = ("dataset",)
    operator_extra_links = (DataDocsLink(),)

    def __init__(self, *, spec: ModelSpec, dataset: Any, suite: Literal["raw", "clean"], **kwargs: Any) -> None:
        super().__init__(spec=spec, multiple_outputs=True, **kwargs)
        self.dataset = dataset
        self.suite = suite

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the evidence, the accepted dataset, and the page that shows both."""
        from include.quality.checks import check_dataset
        from include.registry.versions import current
        from include.training.tracking import trained_dataset

        champion = current(self.spec.name, "champion") if self.suite == "clean" else None
        result = check_dataset(
            self.spec,
            DatasetRef.model_validate(self.dataset),
            self.house.store(),
            suite=self.suite,
            as_of=run_moment(context),
            reference=trained_dataset(champion.run_id) if champion else None,
            folder=self.house.home.specs,
        )
        self.say(result.cause, reused=result.reused)
        context["ti"].xcom_push(key=DataDocsLink().key, value=report_page(result.docs.uri))
        return result.to_json()
