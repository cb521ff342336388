"""Clean a dataset as the spec says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from plugins.operators.step import StepOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class CleanDataOperator(StepOperator):
    """Apply the spec's cleaning steps and return the clean :class:`DatasetRef` as JSON.

    :param dataset: JSON of the accepted :class:`DatasetRef`. (templated)
    """

    template_fields = ("dataset",)

    def __init__(self, *, spec: ModelSpec, dataset: Any, **kwargs: Any) -> None:
        super().__init__(spec=spec, **kwargs)
        self.dataset = dataset

    def execute(self, context: Context) -> dict[str, Any]:
        """Clean the dataset."""
        from include.data.cleaning import clean_dataset

        dataset = clean_dataset(self.spec, DatasetRef.model_validate(self.dataset), self.house.store())
        self.say(dataset.cause, reused=dataset.reused)
        return dataset.to_json()
