"""Let the pipeline pass only on evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from include.domain.errors import GateBlockedError, GateInconclusiveError
from include.domain.evidence import Evidence
from include.domain.gate import GateSpec, decide
from include.domain.references import ModelVersionRef, RunRef
from plugins.cards import renew_card
from plugins.links import ModelCardLink

if TYPE_CHECKING:
    from airflow.sdk import Context


class GateOperator(BaseOperator):
    """Let the pipeline pass only if the evidence satisfies the gate.

    :param gate: What has to be shown; a part of the model's spec.
    :param evidence: JSON of :class:`include.domain.evidence.Evidence`, usually another task's output. (templated)
    :param version: JSON of the :class:`ModelVersionRef` that the verdict is about, to be stored with it. (templated)
    :param run: The same of a :class:`RunRef`, whose model is no version yet. (templated)
    :param inconclusive_goes_on: Let an inconclusive verdict through to a person, who is asked next.
    :raises GateBlockedError: with every reason; never retried.
    """

    template_fields = ("evidence", "version", "run")
    operator_extra_links = (ModelCardLink(),)

    def __init__(
        self,
        *,
        gate: GateSpec,
        evidence: Any,
        version: Any = None,
        run: Any = None,
        inconclusive_goes_on: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.gate, self.evidence, self.version, self.run = gate, evidence, version, run
        self.inconclusive_goes_on = inconclusive_goes_on

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the verdict that opens the way: passed, or inconclusive where a person is asked."""
        evidence = Evidence.model_validate(self.evidence)
        verdict = decide(self.gate, evidence)
        self.log.info("%s", verdict.as_text())
        if self.version is not None:
            from include.registry.versions import record_verdict

            version = ModelVersionRef.model_validate(self.version)
            record_verdict(version, verdict, evidence)
            renew_card(version, context["ti"])
        if self.run is not None:
            from include.training.tracking import log_verdict

            log_verdict(RunRef.model_validate(self.run), verdict)
        inconclusive = verdict.outcome == "inconclusive"
        if not verdict.passed and not (inconclusive and self.inconclusive_goes_on):
            raise (GateInconclusiveError if inconclusive else GateBlockedError)(verdict)
        return verdict.to_json()
