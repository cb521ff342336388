"""Look at windows of served predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.domain.notice import gate_closed
from include.domain.spec import ModelSpec
from plugins.delivery import deliver
from plugins.links import DriftReportLink, MonitoringLink, airflow_page, report_page, task_page
from plugins.operators.step import StepOperator
from plugins.windows import monitoring_windows, run_moment

if TYPE_CHECKING:
    from airflow.sdk import Context

    from include.domain.monitored import MonitoredWindow


class MonitorWindowsOperator(StepOperator):
    """Observe what was scored, keep it with the verdict on every concern, and return the newest window's record.

    Earlier windows whose labels were too few are looked at again once they are due. Alarms of windows other than the
    newest have no gate in this run, and are told from here.
    """

    operator_extra_links = (DriftReportLink(), MonitoringLink())

    def __init__(self, *, spec: ModelSpec, **kwargs: Any) -> None:
        super().__init__(spec=spec, multiple_outputs=True, **kwargs)

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the :class:`MonitoredWindow` as JSON."""
        from include.watching.rounds import monitor_round

        windows = monitoring_windows(self.spec, context)
        context["ti"].xcom_push(key=MonitoringLink().key, value=self._page)
        seen = monitor_round(
            self.spec,
            self.house.store(),
            windows,
            as_of=run_moment(context),
            folder=self.house.home.specs,
            access=self.house.access,
            workspace=self.house.home.evidently,
        )
        for one in seen:
            self.log.info("%s: alarms %s", one.evidence.subject, ", ".join(one.alarms) or "none")
        newest = next(one for one in seen if one.window == windows[-1])
        for one in seen:
            self._tell(one, context, newest=one is newest)
        self._link(newest, context)
        return newest.to_json()

    def _tell(self, one: MonitoredWindow, context: Context, *, newest: bool) -> None:
        """Tell every alarm of a window once; those of the newest are told by the gates that fail for them."""
        from include.monitoring.told import mark_told, untold_alarms

        store = self.house.store()
        for concern in untold_alarms(store, one):
            verdict = one.verdict(concern)
            if verdict is not None and not newest:
                pages = {"Task in Airflow": task_page(context["ti"]), "Windows": airflow_page(self._page)}
                deliver(gate_closed(self.spec.name, verdict, pages), self.spec.notify)
            mark_told(store, one, concern)

    @property
    def _page(self) -> str:
        return f"/sluice/monitoring/{self.spec.name}"

    def _link(self, newest: MonitoredWindow, context: Context) -> None:
        """Lead to the newest window's report from the task, and to both pages from the version in MLflow."""
        from include.registry.version_pages import link_pages
        from include.watching.reported import ANSWERS_REPORT, DRIFT_REPORT
        from include.watching.segments_told import SEGMENTS_REPORT

        kinds = (DRIFT_REPORT, ANSWERS_REPORT, SEGMENTS_REPORT)
        pages = {one.kind: report_page(one.uri) for one in newest.reports if one.kind in kinds}
        if pages:
            first = pages.get(DRIFT_REPORT) or next(iter(pages.values()))
            context["ti"].xcom_push(key=DriftReportLink().key, value=first)
        if newest.version is not None:
            pages["monitoring"] = self._page
            link_pages(newest.version, {title: airflow_page(path) for title, path in pages.items()})
