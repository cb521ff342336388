"""Ask a person whether a version may become champion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

from include.domain.approval import APPROVE, REJECT, Answer, approval_form, approval_question
from include.domain.references import ModelVersionRef
from include.domain.spec import ModelSpec
from include.domain.verdict import Verdict
from plugins.links import ModelVersionLink, airflow_page, report_page, run_page, version_page
from plugins.notifiers import QuestionNotifier

if TYPE_CHECKING:
    from airflow.sdk import Context


class ApprovePromotionOperator(HITLOperator):
    """Show a person the evidence and return the answer; what it means for the registry is `promote_model`'s.

    Waits in the state ``awaiting_input`` and takes no slot. Silence is an answer too: it comes back as ``expire``.

    :param spec: The model's spec.
    :param challenger: JSON of the :class:`ModelVersionRef` that asks. (templated)
    :param champion: The same of the champion, or None. (templated)
    :param verdict: JSON of the :class:`Verdict` about it. (templated)
    """

    template_fields = ("challenger", "champion", "verdict")
    operator_extra_links = (ModelVersionLink(),)

    def __init__(self, *, spec: ModelSpec, challenger: Any, champion: Any, verdict: Any, **kwargs: Any) -> None:
        super().__init__(
            subject=f"Promote a new version of {spec.name}?",
            options=[APPROVE, REJECT],
            params={"reason": Param("", type="string", title="Reason", description_md=REASON)},
            notifiers=QuestionNotifier(spec),
            response_timeout=spec.promotion.timeout,
            # Waiting is no work: the answer has a limit of its own.
            execution_timeout=None,
            **kwargs,
        )
        self.spec, self.challenger, self.champion, self.verdict = spec, challenger, champion, verdict

    def execute(self, context: Context) -> None:
        """Ask, unless the gate has passed and that is enough."""
        verdict = Verdict.model_validate(self.verdict)
        if verdict.passed and self.spec.promotion.by == "automatic":
            self.log.info("nobody is asked: the gate has passed")
            return
        version = ModelVersionRef.model_validate(self.challenger)
        champion = ModelVersionRef.model_validate(self.champion).version if self.champion else None
        context["ti"].xcom_push(key=ModelVersionLink().key, value=version_page(version.name, version.version))
        self.subject = approval_question(version.name, version.version, verdict)
        self.body = approval_form(version.version, champion, verdict, self._pages(version))
        super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Return the :class:`Answer` as JSON."""
        if event.get("error_type") == "timeout":
            return Answer(decision="expire").to_json()
        if "error" in event:
            self.process_trigger_event_error(event)
        self.validate_chosen_options(event["chosen_options"])
        user = event.get("responded_by_user") or {}
        return Answer(
            decision="approve" if event["chosen_options"] == [APPROVE] else "reject",
            person=user.get("name") or user.get("id") or "",
            reason=str((event.get("params_input") or {}).get("reason") or "").strip(),
        ).to_json()

    def _pages(self, version: ModelVersionRef) -> dict[str, str]:
        """Return where a person looks before answering."""
        from include.domain.errors import SluiceError
        from include.mlflow_server import answering, open_client
        from include.training.tracking import data_docs

        with answering(version.name):
            experiment = open_client().get_run(version.run_id).info.experiment_id
        pages = {
            "Model version in MLflow": version_page(version.name, version.version),
            "Model card": airflow_page(f"sluice/cards/{version.name}/{version.version}"),
            "MLflow run": run_page(experiment, version.run_id),
        }
        for name in ("raw", "clean"):
            try:
                pages[f"Data docs, {name} data"] = airflow_page(report_page(data_docs(version.run_id, name)))
            except SluiceError:
                self.log.warning("run %s holds no page of the check of its %s data", version.run_id, name)
        return pages


REASON = "Stands in the ledger beside your name. An inconclusive gate cannot be overridden without one."
