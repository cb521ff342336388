"""Airflow's REST API, as the pages of its UI use it: trigger a run, watch it, read what its tasks returned."""

from __future__ import annotations

from typing import Any

import requests

from include.domain.errors import UnavailableError


class AirflowApi:
    """A logged-in client.

    Parameters
    ----------
    address : str
        ``http://127.0.0.1:8080``.
    user, password : str
        Login of the simple auth manager.
    """

    def __init__(self, address: str, user: str, password: str) -> None:
        self.address = address
        self._session = requests.Session()
        answer = self._session.post(f"{address}/auth/token", json={"username": user, "password": password}, timeout=30)
        if answer.status_code != 201:
            raise UnavailableError(f"Airflow at {address} refused the login of {user} ({answer.status_code})")
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def knows(self, dag_id: str) -> bool:
        """Whether the DAG has been parsed."""
        return self._session.get(f"{self.address}/api/v2/dags/{dag_id}", timeout=30).status_code == 200

    def trigger(self, dag_id: str, **parameters: Any) -> str:
        """Start a run and return its id."""
        answer = self._call("POST", f"dags/{dag_id}/dagRuns", {"logical_date": None, "conf": parameters})
        return str(answer["dag_run_id"])

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Return the newest runs first."""
        return list(self._call("GET", f"dags/{dag_id}/dagRuns?order_by=-run_after&limit=20")["dag_runs"])

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """Return one run."""
        return self._call("GET", f"dags/{dag_id}/dagRuns/{run_id}")

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the task instances of a run."""
        return list(self._call("GET", f"dags/{dag_id}/dagRuns/{run_id}/taskInstances")["task_instances"])

    def result(self, dag_id: str, run_id: str, task_id: str) -> Any:
        """Return what a task returned, or None if it returned nothing."""
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/return_value?deserialize=true"
        answer = self._session.get(f"{self.address}/api/v2/{path}", timeout=30)
        return answer.json()["value"] if answer.ok else None

    def log(self, dag_id: str, run_id: str, task_id: str) -> str:
        """Return what the first attempt of a task logged, one event a line."""
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/1"
        events = self._call("GET", path)["content"]
        return "\n".join(event if isinstance(event, str) else str(event["event"]) for event in events)

    def links(self, dag_id: str, run_id: str, task_id: str) -> dict[str, str]:
        """Return the extra links of a task by their names."""
        return dict(self._call("GET", f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/links")["extra_links"])

    def started_by(self, dag_id: str, run_id: str) -> list[str]:
        """Return the runs whose asset events have started a run."""
        events = self._call("GET", f"dags/{dag_id}/dagRuns/{run_id}/upstreamAssetEvents")["asset_events"]
        return [event["source_run_id"] for event in events]

    def question(self, dag_id: str, run_id: str, task_id: str) -> dict[str, Any] | None:
        """Return what a task asks a person, or None while it asks nothing."""
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails"
        answer = self._session.get(f"{self.address}/api/v2/{path}", timeout=30)
        return dict(answer.json()) if answer.ok else None

    def answer(self, dag_id: str, run_id: str, task_id: str, chosen: str, **form: Any) -> None:
        """Answer what a task asks, in the name of whoever is logged in."""
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails"
        self._call("PATCH", path, {"chosen_options": [chosen], "params_input": form})

    def connect(self, connection_id: str, conn_type: str, **terms: Any) -> None:
        """Make a connection."""
        self._call("POST", "connections", {"connection_id": connection_id, "conn_type": conn_type, **terms})

    def import_errors(self) -> list[dict[str, Any]]:
        """Return what went wrong while DAG files were parsed."""
        return list(self._call("GET", "importErrors")["import_errors"])

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self._session.request(method, f"{self.address}/api/v2/{path}", json=body, timeout=30)
        if not answer.ok:
            raise UnavailableError(f"Airflow answered {answer.status_code} to {method} {path}: {answer.text[:300]}")
        return dict(answer.json())
