"""Compare challenger and champion on the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.domain.references import ModelVersionRef
from include.domain.spec import ModelSpec
from plugins.operators.step import StepOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class CompareModelsOperator(StepOperator):
    """Observe both models on the challenger's holdout, which neither may have trained on; decide nothing.

    :param challenger: JSON of a :class:`ModelVersionRef`. (templated)
    :param champion: The same of the champion, or None. (templated)
    """

    template_fields = ("challenger", "champion")

    def __init__(self, *, spec: ModelSpec, challenger: Any, champion: Any, **kwargs: Any) -> None:
        super().__init__(spec=spec, **kwargs)
        self.challenger, self.champion = challenger, champion

    def execute(self, context: Context) -> dict[str, Any]:
        """Return what the challenger's evaluation and the comparison saw, as one evidence."""
        from include.judging.candidates import compare_versions

        challenger = ModelVersionRef.model_validate(self.challenger)
        champion = ModelVersionRef.model_validate(self.champion) if self.champion else None
        return compare_versions(self.spec, challenger, champion, self.house.store()).to_json()
