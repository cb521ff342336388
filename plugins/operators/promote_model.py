"""Promote a version that passed its gate, or record that a person refused it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from include.domain.approval import Answer
from include.domain.errors import ApprovalExpiredError
from include.domain.references import ModelVersionRef
from include.domain.spec import ModelSpec
from include.domain.spec.fields import format_duration
from include.domain.verdict import Verdict
from plugins.cards import renew_card
from plugins.links import ModelCardLink, ModelVersionLink, version_page
from plugins.notifiers import PromotionNotifier, RefusalNotifier
from plugins.operators.step import StepOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class PromoteModelOperator(StepOperator):
    """Write what was decided to the ledger; if that is a promotion, move the alias ``champion``.

    :param challenger: JSON of the :class:`ModelVersionRef` that was judged. (templated)
    :param champion: JSON of the champion that it was judged against, or None. (templated)
    :param verdict: JSON of the :class:`Verdict`. (templated)
    :param answer: JSON of the :class:`Answer` of the person who was asked, or None. (templated)
    :raises ApprovalExpiredError: if nobody answered in time.
    """

    template_fields = ("challenger", "champion", "verdict", "answer")
    operator_extra_links = (ModelVersionLink(), ModelCardLink())

    def __init__(
        self, *, spec: ModelSpec, challenger: Any, champion: Any, verdict: Any, answer: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(
            spec=spec,
            on_success_callback=PromotionNotifier(spec),
            on_skipped_callback=RefusalNotifier(spec),
            **kwargs,
        )
        self.challenger, self.champion, self.verdict, self.answer = challenger, champion, verdict, answer

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the ledger entry as JSON."""
        from include.registry.answers import settle
        from include.registry.versions import recorded_verdict

        version = ModelVersionRef.model_validate(self.challenger)
        ti = context["ti"]
        ti.xcom_push(key=ModelVersionLink().key, value=version_page(version.name, version.version))
        entry = settle(
            self.house.store(),
            version,
            recorded_verdict(version, Verdict.model_validate(self.verdict)),
            None if self.answer is None else Answer.model_validate(self.answer),
            must_be_asked=self.spec.promotion.by == "approval",
            judged_against=ModelVersionRef.model_validate(self.champion).version if self.champion else None,
            run=f"{ti.dag_id}/{ti.run_id}",
        )
        self.log.info("ledger entry %s: %s by %s (%s)", entry.position, entry.action, entry.actor, entry.reason)
        renew_card(version, ti)
        if entry.action == "reject":
            raise AirflowSkipException(f"{entry.actor} rejected version {version.version}: {entry.reason}")
        if entry.action == "expire":
            raise ApprovalExpiredError(
                f"{version.name} version {version.version} is not promoted: nobody answered within "
                f"{format_duration(self.spec.promotion.timeout)}; run the DAG {ti.dag_id} again to ask again"
            )
        return entry.to_json()
