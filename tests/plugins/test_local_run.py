"""A run without a scheduler goes as far as nobody has to be asked."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk import DAG

from plugins import local_run
from tests.specs import a_spec


def local(monkeypatch: pytest.MonkeyPatch, **promotion: Any) -> DAG:
    monkeypatch.setattr("plugins.specs.specs_to_parse", lambda: iter(()))
    from dags.promotion import promotion_dag

    monkeypatch.setattr(local_run, "find_dag", lambda model, kind: promotion_dag(a_spec(promotion=promotion)))
    return local_run.promotion_without_people("churn")


def test_where_a_person_has_to_approve_it_ends_with_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = set(local(monkeypatch, by="approval", override_inconclusive=True).task_ids)
    assert tasks == {"read_challenger", "compare_models", "gate_model"}


@pytest.mark.parametrize("overridable", [True, False])
def test_where_nobody_has_to_approve_it_goes_to_the_end_if_the_gate_passes(
    monkeypatch: pytest.MonkeyPatch, overridable: bool
) -> None:
    dag = local(monkeypatch, override_inconclusive=overridable)
    assert "promote_model" in dag.task_ids
    assert getattr(dag.get_task("gate_model"), "inconclusive_goes_on") is False  # noqa: B009
