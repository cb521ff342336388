"""Register a trained model as the challenger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from include.domain.evidence import Evidence
from include.domain.references import RunRef
from include.domain.spec import ModelSpec
from plugins.cards import renew_card
from plugins.links import ModelCardLink, ModelVersionLink, version_page
from plugins.operators.step import StepOperator, asks
from plugins.requests import request_of

if TYPE_CHECKING:
    from airflow.sdk import Context


class RegisterModelOperator(StepOperator):
    """Register the run's model with its evidence and let the alias ``challenger`` point at it.

    :param run: JSON of the :class:`RunRef`. (templated)
    :param evidence: JSON of the :class:`Evidence` of its evaluation. (templated)
    """

    template_fields = ("run", "evidence")
    operator_extra_links = (ModelVersionLink(), ModelCardLink())

    def __init__(self, *, spec: ModelSpec, run: Any, evidence: Any, **kwargs: Any) -> None:
        super().__init__(spec=spec, **kwargs)
        self.run, self.evidence = run, evidence

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the :class:`ModelVersionRef` as JSON."""
        from include.registry.aliases import move_alias
        from include.registry.versions import register_candidate

        if asks(context, "dry_run"):
            raise AirflowSkipException("dry run: nothing is registered")
        request = request_of(self.spec.name, context)
        run = RunRef.model_validate(self.run)
        version = register_candidate(self.spec, run, Evidence.model_validate(self.evidence))
        move_alias(
            self.house.store(),
            self.spec.name,
            "challenger",
            version.version,
            action="challenge",
            actor=f"{context['ti'].dag_id}/{context['ti'].run_id}",
            reason=asks(context, "reason") or (request.reason if request else run.cause),
        )
        page = version_page(version.name, version.version)
        context["ti"].xcom_push(key=ModelVersionLink().key, value=page)
        renew_card(version, context["ti"])
        return version.to_json()
