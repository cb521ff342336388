"""The one file that Airflow's plugin loader runs: pages and links of Sluice, loaded when somebody opens them."""

import importlib
import os
from typing import Any

from airflow.plugins_manager import AirflowPlugin

from plugins.links import (
    DataDocsLink,
    DriftReportLink,
    MlflowRunLink,
    ModelCardLink,
    ModelVersionLink,
    MonitoringLink,
)


class LazyApp:
    """An ASGI application that is imported at its first request, so that tasks do not pay for it."""

    def __init__(self, target: str) -> None:
        self.target = target
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if self._app is None:
            module, name = self.target.split(":")
            self._app = getattr(importlib.import_module(module), name)
        await self._app(scope, receive, send)


class SluicePlugin(AirflowPlugin):
    """Pages and links of Sluice."""

    name = "sluice"
    fastapi_apps = [{"app": LazyApp("plugins.ui.app:app"), "url_prefix": "/sluice", "name": "Sluice"}]
    external_views = [
        {
            "name": "Models",
            "href": "/sluice/",
            "url_route": "sluice-models",
            "destination": "nav",
            "category": "browse",
        },
        {
            "name": "MLflow",
            "href": f"{os.environ.get('SLUICE_MLFLOW_URL', 'http://127.0.0.1:5000')}/?workflowType=machine_learning",
            "destination": "nav",
        },
    ]
    operator_extra_links = [
        MlflowRunLink(),
        ModelVersionLink(),
        ModelCardLink(),
        DataDocsLink(),
        DriftReportLink(),
        MonitoringLink(),
    ]
