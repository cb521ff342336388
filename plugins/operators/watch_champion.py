"""Watch a new champion beside its predecessor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from include.domain.notice import taken_back
from plugins.delivery import deliver
from plugins.links import task_page, version_page
from plugins.operators.step import StepOperator
from plugins.windows import run_moment

if TYPE_CHECKING:
    from airflow.sdk import Context


class WatchChampionOperator(StepOperator):
    """Take the champion back by itself where it is worse than its predecessor on the labelled rows that it served.

    Skips where there is nobody to watch, or nothing new to look at.
    """

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the :class:`WatchDecision` as JSON."""
        from include.monitoring.shelf import monitored_windows
        from include.registry.versions import current
        from include.watching.succession import watch_round

        champion = current(self.spec.name, "champion")
        if champion is None or self.spec.retraining is None:
            raise AirflowSkipException("there is no champion, or the spec has no block `retraining`: nobody is watched")
        ti = context["ti"]
        actor = f"{ti.dag_id}/{ti.run_id}"
        store = self.house.store()
        seen = monitored_windows(store, self.spec.name)
        if not seen:
            raise AirflowSkipException("no window was monitored yet: there is nothing to watch by")
        as_of = run_moment(context) or max(one.as_of for one in seen)
        looked = watch_round(self.spec, store, champion, as_of=as_of, actor=actor, access=self.house.access)
        if isinstance(looked, str):
            raise AirflowSkipException(looked)
        decision, entry = looked
        self.log.info("%s: %s", decision.outcome, decision.reason)
        if entry is not None and entry.to_version is not None:
            pages = {"Task in Airflow": task_page(ti), "Version": version_page(self.spec.name, entry.to_version)}
            terms = {"before": entry.from_version, "actor": entry.actor, "reason": entry.reason}
            deliver(taken_back(self.spec.name, entry.to_version, links=pages, **terms), self.spec.notify)  # type: ignore[arg-type]
        return decision.to_json()
