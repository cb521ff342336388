"""Check the rows that are to be scored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from include.domain.references import ModelVersionRef
from include.domain.spec import ModelSpec
from plugins.links import DataDocsLink, report_page
from plugins.operators.step import StepOperator
from plugins.windows import run_moment

if TYPE_CHECKING:
    from airflow.sdk import Context


class CheckRowsOperator(StepOperator):
    """Set aside the rows that fail what is required of each; the others go on, whatever else is found.

    :param champion: What :class:`ReadChampionOperator` returned. (templated)
    :param rows: JSON of :class:`RowsToScore`. (templated)
    :param suite: ``raw`` for rows as they arrive, ``clean`` for rows after cleaning.
    """

    template_fields = ("champion", "rows")
    operator_extra_links = (DataDocsLink(),)

    def __init__(
        self, *, spec: ModelSpec, champion: Any, rows: Any, suite: Literal["raw", "clean"], **kwargs: Any
    ) -> None:
        super().__init__(spec=spec, **kwargs)
        self.champion, self.rows, self.suite = champion, rows, suite

    def execute(self, context: Context) -> dict[str, Any]:
        """Return :class:`RowsToScore` with what was found, as JSON."""
        from include.serving.preparing import RowsToScore, check_to_score, spec_to_score

        given = RowsToScore.model_validate(self.rows)
        rows = check_to_score(
            spec_to_score(self.spec, ModelVersionRef.model_validate(self.champion["chosen"]["version"])),
            given,
            self.house.store(),
            suite=self.suite,
            as_of=given.window.end or run_moment(context),
            folder=self.house.home.specs,
        )
        found = rows.raw if self.suite == "raw" else rows.clean
        if found is not None:
            self.say(found.cause, reused=found.reused)
            context["ti"].xcom_push(key=DataDocsLink().key, value=report_page(found.docs.uri))
        return rows.to_json()
