"""Let the pipeline pass only on evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from include.domain.errors import GateBlockedError, GateInconclusiveError
from include.domain.evidence import Evidence
from include.domain.gate import GateSpec, decide
from include.domain.references import ModelVersionRef

if TYPE_CHECKING:
    from airflow.sdk import Context


class GateOperator(BaseOperator):
    """Let the pipeline pass only if the evidence satisfies the gate.

    :param gate: What has to be shown; a part of the model's spec.
    :param evidence: JSON of :class:`include.domain.evidence.Evidence`, usually another task's output. (templated)
    :param version: JSON of the :class:`ModelVersionRef` that the verdict is about, to be stored with it. (templated)
    :raises GateBlockedError: with every reason; never retried.
    """

    template_fields = ("evidence", "version")

    def __init__(self, *, gate: GateSpec, evidence: Any, version: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.gate, self.evidence, self.version = gate, evidence, version

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the verdict that passed."""
        verdict = decide(self.gate, Evidence.model_validate(self.evidence))
        self.log.info("%s", verdict.as_text())
        if self.version is not None:
            from include.registry.versions import record_verdict

            record_verdict(ModelVersionRef.model_validate(self.version), verdict)
        if not verdict.passed:
            raise (GateInconclusiveError if verdict.outcome == "inconclusive" else GateBlockedError)(verdict)
        return verdict.to_json()
