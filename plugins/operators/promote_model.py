"""Promote a version that passed its gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.domain.references import ModelVersionRef
from include.domain.spec import ModelSpec
from include.domain.verdict import Verdict
from plugins.links import ModelVersionLink, mlflow_page
from plugins.operators.step import StepOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class PromoteModelOperator(StepOperator):
    """Write the promotion to the ledger, then move the alias ``champion``.

    :param challenger: JSON of the :class:`ModelVersionRef` that was judged. (templated)
    :param champion: JSON of the champion that it was judged against, or None. (templated)
    :param verdict: JSON of the :class:`Verdict`. (templated)
    :param approval: What the approval task returned, if the spec asks for one. (templated)
    """

    template_fields = ("challenger", "champion", "verdict", "approval")
    operator_extra_links = (ModelVersionLink(),)

    def __init__(
        self, *, spec: ModelSpec, challenger: Any, champion: Any, verdict: Any, approval: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(spec=spec, **kwargs)
        self.challenger, self.champion, self.verdict, self.approval = challenger, champion, verdict, approval

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the ledger entry as JSON."""
        from include.registry.aliases import move_alias

        version = ModelVersionRef.model_validate(self.challenger)
        against = ModelVersionRef.model_validate(self.champion).version if self.champion else None
        ti = context["ti"]
        entry = move_alias(
            self.house.store(),
            self.spec.name,
            "champion",
            version.version,
            action="promote",
            actor=_approver(self.approval) or f"{ti.dag_id}/{ti.run_id}",
            reason=f"gate {Verdict.model_validate(self.verdict).gate} passed",
            verdict=Verdict.model_validate(self.verdict),
            judged_against=against,
        )
        ti.xcom_push(key=ModelVersionLink().key, value=mlflow_page(f"models/{version.name}/versions/{version.version}"))
        return entry.to_json()


def _approver(approval: dict[str, Any] | None) -> str | None:
    return (approval or {}).get("responded_by_user", {}).get("name")
