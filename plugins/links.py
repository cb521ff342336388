"""Links: from a task in Airflow to what it made."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import attrs
from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf

from include.deployment.pages import mlflow_page, run_page, version_page

__all__ = [
    "DataDocsLink",
    "DriftReportLink",
    "MlflowRunLink",
    "ModelCardLink",
    "ModelVersionLink",
    "MonitoringLink",
    "PushedLink",
    "airflow_page",
    "mlflow_page",
    "report_page",
    "run_page",
    "task_page",
    "version_page",
]


def airflow_page(path: str) -> str:
    """Return the address of a page of Airflow as a browser reaches it from anywhere."""
    here = conf.get("api", "base_url", fallback=None) or "http://127.0.0.1:8080"
    return f"{here.rstrip('/')}/{path.lstrip('/')}"


def task_page(ti: Any) -> str:
    """Return the address of a task of a run in the Airflow UI."""
    dag, run, task = (quote(part, safe="") for part in (ti.dag_id, ti.run_id, ti.task_id))
    return airflow_page(f"dags/{dag}/runs/{run}/tasks/{task}")


def report_page(uri: str) -> str:
    """Return the address under which Airflow shows a report of the store, behind its login."""
    return f"/sluice/reports/{uri.partition('/reports/')[2]}"


@attrs.define()
class PushedLink(BaseOperatorLink):
    """A link that the operator pushed to XCom under the link's own key."""

    name: str = ""
    key: str = ""

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Return the address, or nothing where the task made nothing."""
        return ti_key.xcom_pull(task_ids=ti_key.task_id, key=self.key) or ""


@attrs.define()
class MlflowRunLink(PushedLink):
    """The MLflow run with its parameters, metrics and plots."""

    name: str = "MLflow run"
    key: str = "mlflow_run_url"


@attrs.define()
class ModelVersionLink(PushedLink):
    """The version in the MLflow Model Registry."""

    name: str = "Model version"
    key: str = "model_version_url"


@attrs.define()
class DataDocsLink(PushedLink):
    """The Data Docs page of a data check."""

    name: str = "Data Docs"
    key: str = "data_docs_url"


@attrs.define()
class ModelCardLink(PushedLink):
    """The model card of the version."""

    name: str = "Model card"
    key: str = "model_card_url"


@attrs.define()
class DriftReportLink(PushedLink):
    """Evidently's report about the newest window."""

    name: str = "Drift report"
    key: str = "drift_report_url"


@attrs.define()
class MonitoringLink(PushedLink):
    """The page of the model's windows: series, verdicts, reports."""

    name: str = "Monitoring"
    key: str = "monitoring_url"
