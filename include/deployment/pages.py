"""Pages: under which address a browser finds what MLflow shows."""

from __future__ import annotations

import os


def mlflow_page(path: str, server: str | None = None) -> str:
    """Return the address of a page in the MLflow UI, opened in the mode for models."""
    server = server or os.environ.get("SLUICE_MLFLOW_URL", "http://127.0.0.1:5000")
    return f"{server}/?workflowType=machine_learning#/{path}"


def version_page(model: str, version: int) -> str:
    """Return the address of a version in the MLflow UI."""
    return mlflow_page(f"models/{model}/versions/{version}")


def run_page(experiment_id: str, run_id: str) -> str:
    """Return the address of a run in the MLflow UI."""
    return mlflow_page(f"experiments/{experiment_id}/runs/{run_id}")
