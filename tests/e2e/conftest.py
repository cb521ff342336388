"""One real installation for all end-to-end tests: Airflow and MLflow on free ports, a folder of specs and data."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from include.deployment.airflow_api import AirflowApi
from include.deployment.home import Home
from include.deployment.ports import Ports
from include.deployment.secrets import open_secrets
from include.deployment.stack import stack
from include.deployment.watching import await_dags, await_promotion, watch_run

PATIENCE_SECONDS = 240

SPEC = """# yaml-language-server: $schema=schema.json
name: churn
owner: growth
description: Who is about to leave.
task: binary
data: {{source: "{folder}/churn.csv", target: left, positive: 1}}
quality:
  raw:
    expectations:
      - type: expect_column_values_to_be_between
        kwargs: {{column: calls, min_value: 0, max_value: 100}}
        quarantine: true
  quarantine: {{at_most_share: 0.01}}
training:
  estimator: sklearn.linear_model.LogisticRegression
gates:
  bounds: [{{observation: roc_auc, at_least: 0.6}}]
"""


class Installation(NamedTuple):
    """A running installation and what a test needs to use it."""

    home: Home
    ports: Ports
    api: AirflowApi
    password: str
    data: Path

    def run(self, dag_id: str, run_id: str) -> dict[str, str]:
        """Wait until a run has ended and return the state of every task."""
        return {task["task_id"]: task["state"] for task in watch_run(self.api, dag_id, run_id, PATIENCE_SECONDS)}

    def train(self, **form: object) -> tuple[str, dict[str, str]]:
        """Train the model and return the run with the state of every task."""
        run_id = self.api.trigger("churn.training", **form)
        return run_id, self.run("churn.training", run_id)

    def promotion_of(self, training_run: str) -> tuple[str, dict[str, str]]:
        """Wait for the promotion that a training run asked for."""
        run_id = await_promotion(self.api, "churn", training_run, PATIENCE_SECONDS)
        return run_id, self.run("churn.promotion", run_id)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_customers(path: Path, *, broken_rows: int = 0) -> None:
    """Write 2,000 customers; the first so many have an impossible number of calls."""
    rng = np.random.default_rng(7)
    calls, months = rng.integers(0, 20, 2_000), rng.integers(1, 60, 2_000)
    left = (rng.random(2_000) < 1 / (1 + np.exp(1.5 - 0.2 * calls + 0.05 * months))).astype(int)
    calls[:broken_rows] = 9_999
    pd.DataFrame({"calls": calls, "months": months, "plan": rng.choice(["s", "m", "l"], 2_000), "left": left}).to_csv(
        path, index=False
    )


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    root = tmp_path_factory.mktemp("sluice")
    data = root / "data"
    (root / "specs").mkdir()
    data.mkdir()
    (root / "specs" / "churn.yaml").write_text(SPEC.format(folder=data))
    write_customers(data / "churn.csv")
    home = Home(
        root=root,
        store=f"file://{root}/store",
        tracking=f"sqlite:///{root}/mlflow/mlflow.db",
        specs=root / "specs",
    )
    ports = Ports(airflow=free_port(), mlflow=free_port(), worker_logs=free_port(), trigger_logs=free_port())
    with stack(home, ports):
        password = open_secrets(home.airflow).admin_password
        api = AirflowApi(f"http://127.0.0.1:{ports.airflow}", "admin", password)
        await_dags(api, ["churn.training", "churn.promotion"], PATIENCE_SECONDS)
        yield Installation(home, ports, api, password, data)
