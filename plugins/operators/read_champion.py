"""Find out who scores which window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plugins.links import ModelVersionLink, version_page
from plugins.operators.step import StepOperator, asks
from plugins.windows import scoring_window

if TYPE_CHECKING:
    from airflow.sdk import Context


class ReadChampionOperator(StepOperator):
    """Resolve window and champion once, so that every later step, and every retry, speaks of the same two."""

    operator_extra_links = (ModelVersionLink(),)

    def execute(self, context: Context) -> dict[str, Any]:
        """Return ``chosen``, the version with what made it champion, and ``window``, as JSON."""
        from include.serving.champion_choice import choose_champion

        window = scoring_window(self.spec, context)
        how = asks(context, "champion") or self.spec.scoring.champion
        chosen = choose_champion(self.house.store(), self.spec.name, window, how)
        version = chosen.version
        self.log.info("version %s scores, %s", version.version, chosen.why)
        context["ti"].xcom_push(key=ModelVersionLink().key, value=version_page(version.name, version.version))
        return {"chosen": chosen.to_json(), "window": window.to_json()}
