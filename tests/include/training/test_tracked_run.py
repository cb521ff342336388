from __future__ import annotations

from typing import Any

from include.training.tracked_run import TrackedRun


class Batches:
    """Takes what is logged, and refuses what MLflow refuses."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []

    def log_batch(self, run_id: str, **entities: Any) -> None:
        assert run_id == "r1"
        assert len(entities.get("params", [])) <= 100
        self.taken.append(entities)

    def logged(self, kind: str) -> dict[str, Any]:
        return {one.key: one.value for entities in self.taken for one in entities.get(kind, [])}


def logged(parameters: dict[str, str], **tags: str) -> Batches:
    client = Batches()
    TrackedRun(client, "r1", "e1").log_values(parameters, {"rows": 3}, tags)  # type: ignore[arg-type]
    return client


def test_values_are_logged_in_one_request() -> None:
    client = logged({"depth": "3"}, pooled_run="r0", warnings="")
    assert len(client.taken) == 1
    assert client.logged("params") == {"depth": "3"}
    assert client.logged("metrics") == {"rows": 3.0}
    assert client.logged("tags") == {"pooled_run": "r0"}


def test_no_parameter_is_lost_where_mlflow_takes_them_in_parts_only() -> None:
    many = {f"p{number}": str(number) for number in range(250)}
    client = logged(many)
    assert client.logged("params") == many
    assert len(client.taken) == 3


def test_a_run_without_parameters_keeps_its_metrics() -> None:
    assert logged({}).logged("metrics") == {"rows": 3.0}
