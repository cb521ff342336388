"""Monitoring tells of every alarm once, and leads to what it made."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from include.domain.monitored import MonitoredWindow
from include.domain.notice import Notice
from include.domain.references import ReportRef
from plugins.operators.monitor_windows import MonitorWindowsOperator
from tests.fakes import MemoryStore
from tests.include.monitoring.windows import monitored
from tests.specs import a_spec


class Run:
    """One run after the other of the operator, with the looks that monitoring would take."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: list[Notice] = []
        self.pushed: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        store, self._patch = MemoryStore(), monkeypatch
        monkeypatch.setattr("plugins.hooks.house.HouseHook.store", lambda hook: store)
        monkeypatch.setattr("plugins.operators.monitor_windows.deliver", lambda notice, to: self.told.append(notice))
        monkeypatch.setattr("plugins.operators.monitor_windows.run_moment", lambda context: None)
        monkeypatch.setattr("include.registry.version_pages.link_pages", lambda version, pages: self.tags.update(pages))

    def __call__(self, *seen: MonitoredWindow) -> list[str]:
        """Return what was told in a run that looks at these windows, the first of them the newest."""
        self.told.clear()
        asked = [seen[0].window]
        self._patch.setattr("plugins.operators.monitor_windows.monitoring_windows", lambda spec, context: asked)
        self._patch.setattr("include.watching.rounds.monitor_round", lambda *_, **__: seen)
        ti = SimpleNamespace(
            dag_id="churn.monitoring",
            run_id="r",
            task_id="monitor_windows",
            xcom_push=lambda key, value: self.pushed.update({key: value}),
        )
        context: Any = {"ti": ti}
        MonitorWindowsOperator(task_id="monitor_windows", spec=a_spec()).execute(context)
        return [notice.headline for notice in self.told]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(monkeypatch)


def test_alarms_of_the_newest_window_are_left_to_its_gates(run: Run) -> None:
    assert run(monitored(3, input_drift="blocked")) == []


def test_an_alarm_of_an_earlier_window_is_told_once(run: Run) -> None:
    late = monitored(1, realised_quality="blocked", input_drift="passed")
    assert run(monitored(3), late) == ["the gate realised_quality blocked churn window"]
    assert run(monitored(4), late) == []


def test_a_concern_that_was_told_does_not_hush_another(run: Run) -> None:
    assert run(monitored(1, input_drift="blocked")) == []
    again = monitored(1, input_drift="blocked", realised_quality="blocked")
    assert run(monitored(2), again) == ["the gate realised_quality blocked churn window"]


def test_task_and_version_lead_to_the_newest_report_and_the_page(run: Run) -> None:
    report = ReportRef(kind="input drift", uri="s3://b/reports/monitoring/churn/w/x.html")
    run(monitored(3).model_copy(update={"reports": (report,)}))
    assert run.pushed["drift_report_url"] == "/sluice/reports/monitoring/churn/w/x.html"
    assert run.tags["input drift"].endswith("/sluice/reports/monitoring/churn/w/x.html")
    assert run.tags["monitoring"].endswith("/sluice/monitoring/churn")
