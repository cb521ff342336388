"""Score rows, and keep what was predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.domain.spec import ModelSpec
from plugins.assets import predictions_asset
from plugins.links import ModelVersionLink, version_page
from plugins.operators.step import StepOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class ScoreRowsOperator(StepOperator):
    """Let the champion answer about the rows, and add the answers to the log of predictions.

    :param champion: What :class:`ReadChampionOperator` returned. (templated)
    :param rows: JSON of :class:`RowsToScore`. (templated)
    """

    template_fields = ("champion", "rows")
    operator_extra_links = (ModelVersionLink(),)

    def __init__(self, *, spec: ModelSpec, champion: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(spec=spec, outlets=[predictions_asset(spec.name)], **kwargs)
        self.champion, self.rows = champion, rows

    def execute(self, context: Context) -> dict[str, Any]:
        """Return window, set id, version and counts as JSON; the asset's event says the same."""
        from include.serving.batch import score_rows
        from include.serving.champion_choice import Chosen
        from include.serving.preparing import RowsToScore, spec_to_score

        chosen, ti = Chosen.model_validate(self.champion["chosen"]), context["ti"]
        scored = score_rows(
            spec_to_score(self.spec, chosen.version),
            chosen,
            RowsToScore.model_validate(self.rows),
            self.house.store(),
            run=f"{ti.dag_id}/{ti.run_id}",
        )
        self.say(scored.cause, reused=scored.reused)
        version = scored.predictions.version
        ti.xcom_push(key=ModelVersionLink().key, value=version_page(version.name, version.version))
        told = scored.in_short()
        context["outlet_events"][predictions_asset(self.spec.name)].extra = told
        return {**told, "reused": scored.reused, "cause": scored.cause}
