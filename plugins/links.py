"""Links: from a task in Airflow to what it made."""

from __future__ import annotations

import os
from typing import Any

import attrs
from airflow.sdk import BaseOperatorLink


def mlflow_page(path: str) -> str:
    """Return the address of a page in the MLflow UI, opened in the mode for models."""
    server = os.environ.get("SLUICE_MLFLOW_URL", "http://127.0.0.1:5000")
    return f"{server}/?workflowType=machine_learning#/{path}"


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
