"""Clean the rows that are to be scored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.domain.references import ModelVersionRef
from include.domain.spec import ModelSpec
from plugins.operators.step import StepOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class CleanRowsOperator(StepOperator):
    """Apply the cleaning steps that the champion was trained with, dropping no row.

    :param champion: What :class:`ReadChampionOperator` returned. (templated)
    :param rows: JSON of :class:`RowsToScore`. (templated)
    """

    template_fields = ("champion", "rows")

    def __init__(self, *, spec: ModelSpec, champion: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(spec=spec, **kwargs)
        self.champion, self.rows = champion, rows

    def execute(self, context: Context) -> dict[str, Any]:
        """Return :class:`RowsToScore` with the clean rows, as JSON."""
        from include.serving.preparing import RowsToScore, clean_to_score, spec_to_score

        spec = spec_to_score(self.spec, ModelVersionRef.model_validate(self.champion["chosen"]["version"]))
        rows = clean_to_score(spec, RowsToScore.model_validate(self.rows), self.house.store())
        if rows.cleaned is not None:
            self.say(rows.cleaned.cause, reused=rows.cleaned.reused)
        return rows.to_json()
