"""From a spec file to the alias `champion`, on a real scheduler. The tests tell one story, in order."""

from __future__ import annotations

import pytest
from mlflow import MlflowClient

from include.registry import aliases
from include.storage.store import open_store
from tests.e2e.conftest import Installation, write_customers

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]


@pytest.fixture
def registry(installation: Installation) -> MlflowClient:
    return MlflowClient(tracking_uri=f"http://127.0.0.1:{installation.ports.mlflow}")


@pytest.fixture(autouse=True)
def _server(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{installation.ports.mlflow}")


def champion(registry: MlflowClient) -> str:
    return str(registry.get_model_version_by_alias("churn", "champion").version)


def test_the_first_model_becomes_the_champion_by_its_evidence(
    installation: Installation, registry: MlflowClient
) -> None:
    run_id, training = installation.train(reason="first")
    assert set(training.values()) == {"success"}
    _, promotion = installation.promotion_of(run_id)
    assert set(promotion.values()) == {"success"}
    version = registry.get_model_version_by_alias("churn", "champion")
    assert version.version == "1"
    assert version.tags["sluice.verdict"] == "passed"
    assert registry.get_run(version.run_id).info.status == "FINISHED"


def test_every_move_is_in_a_valid_ledger(installation: Installation) -> None:
    store = open_store(installation.home.store)
    assert aliases.verify(store, "churn") == []
    assert [entry.action for entry in aliases.history(store, "churn")] == ["challenge", "promote"]


def test_unchanged_steps_are_reused_and_nothing_is_judged_again(
    installation: Installation, registry: MlflowClient
) -> None:
    run_id, training = installation.train(reason="again")
    assert set(training.values()) == {"success"}
    steps = ("snapshot_data", "check_data", "clean_data", "train_model")
    results = {step: installation.api.result("churn.training", run_id, step) for step in steps}
    assert {step: result["reused"] for step, result in results.items()} == dict.fromkeys(steps, True)
    _, promotion = installation.promotion_of(run_id)
    assert promotion["promote_model"] == "skipped"
    assert len(registry.search_model_versions("name = 'churn'")) == 1


def test_too_many_broken_rows_stop_at_the_data_gate_and_the_champion_stays(
    installation: Installation, registry: MlflowClient
) -> None:
    write_customers(installation.data / "churn.csv", broken_rows=100)
    _, training = installation.train(reason="broken")
    assert training["gate_data"] == "failed"
    assert training["train_model"] == "upstream_failed"
    assert champion(registry) == "1"


def test_a_blocked_gate_is_not_tried_again(installation: Installation) -> None:
    blocked = [run for run in installation.api.runs("churn.training") if run["state"] == "failed"]
    tasks = installation.api.tasks("churn.training", blocked[0]["dag_run_id"])
    assert {task["try_number"] for task in tasks if task["task_id"] == "gate_data"} == {1}
