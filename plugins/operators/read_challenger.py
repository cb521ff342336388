"""Find out who challenges whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from include.domain.errors import RegistryError
from include.domain.spec import ModelSpec
from plugins.operators.step import StepOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class ReadChallengerOperator(StepOperator):
    """Resolve both aliases once, so that every later step speaks of the same two versions."""

    def __init__(self, *, spec: ModelSpec, **kwargs: Any) -> None:
        super().__init__(spec=spec, multiple_outputs=True, **kwargs)

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the challenger, and the champion or None, as JSON; skip the rest if they are one."""
        from include.registry.aliases import reconcile
        from include.registry.versions import current

        reconcile(self.house.store(), self.spec.name)
        challenger, champion = (current(self.spec.name, alias) for alias in ("challenger", "champion"))
        if challenger is None:
            raise RegistryError(f"{self.spec.name} has no challenger: run the DAG {self.spec.name}.training first")
        if champion is not None and champion.version == challenger.version:
            raise AirflowSkipException(f"version {champion.version} is the champion already: nothing to judge")
        return {"challenger": challenger.to_json(), "champion": champion.to_json() if champion else None}
