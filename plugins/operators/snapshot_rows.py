"""Snapshot the rows that are to be scored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.domain.references import ModelVersionRef, Window
from include.domain.spec import ModelSpec
from plugins.operators.step import StepOperator, asks

if TYPE_CHECKING:
    from airflow.sdk import Context


class SnapshotRowsOperator(StepOperator):
    """Store the rows of the window, immutably, read as the champion's training read them.

    :param champion: What :class:`ReadChampionOperator` returned. (templated)
    """

    template_fields = ("champion",)

    def __init__(self, *, spec: ModelSpec, champion: Any, **kwargs: Any) -> None:
        super().__init__(spec=spec, **kwargs)
        self.champion = champion

    def execute(self, context: Context) -> dict[str, Any]:
        """Return :class:`RowsToScore` as JSON; a window without rows is no error."""
        from include.domain.spec import DataSpec
        from include.serving.preparing import snapshot_to_score, spec_to_score

        spec = spec_to_score(self.spec, ModelVersionRef.model_validate(self.champion["chosen"]["version"]))
        asked = asks(context, "source")
        source = DataSpec(source=asked, target=spec.data.target).source if asked else spec.data.source
        rows = snapshot_to_score(
            spec,
            self.house.store(),
            Window.model_validate(self.champion["window"]),
            source=source,
            access=self.house.access(source),
            force=bool(asks(context, "force")),
        )
        if rows.snapshot is None:
            self.log.warning("there is nothing to score: %s", rows.why_empty)
        else:
            self.say(rows.snapshot.cause, reused=rows.snapshot.reused)
        return rows.to_json()
