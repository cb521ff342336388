"""Every DAG of the example specs: it parses, it is wired as it was, and it keeps the house's policy."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

from include.deployment.home import PROJECT, Home
from include.spec_files.reading import load_specs
from plugins.dag_settings import dag_settings
from tests.specs import a_spec

GOLDEN = Path(__file__).parent / "golden"
KINDS = ("training", "promotion", "scoring", "monitoring")
SPECS = {spec.name: spec for spec in load_specs(Home.from_environment().specs)}


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return DagBag(dag_folder=str(PROJECT / "dags"), safe_mode=False)


def shape(dag: DAG) -> str:
    """Return a DAG's tasks, each with its operator and what follows it, one a line."""
    lines = [f"{t.task_id} ({t.task_type}) -> {', '.join(sorted(t.downstream_task_ids)) or '.'}" for t in dag.tasks]
    return "\n".join(sorted(lines)) + "\n"


def test_every_file_parses(bag: DagBag) -> None:
    assert bag.import_errors == {}


def test_every_spec_has_a_dag_of_every_kind_and_there_are_no_others(bag: DagBag) -> None:
    assert set(bag.dags) == {f"{name}.{kind}" for name in SPECS for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_dags_are_wired_as_the_golden_file_says(bag: DagBag, kind: str) -> None:
    own = {name: GOLDEN / f"{name}.{kind}.txt" for name in SPECS}
    golden = {name: (path if path.exists() else GOLDEN / f"{kind}.txt").read_text() for name, path in own.items()}
    assert {name: shape(bag.dags[f"{name}.{kind}"]) for name in SPECS} == golden


def test_every_dag_names_its_owner_its_kind_and_what_it_is_for(bag: DagBag) -> None:
    for dag_id, dag in bag.dags.items():
        name, kind = dag_id.split(".")
        assert {task.owner for task in dag.tasks} == {SPECS[name].owner}
        assert {"sluice", kind} <= dag.tags
        assert dag.doc_md
        assert SPECS[name].description.strip() in dag.doc_md


def test_every_task_has_retries_a_policy_and_a_limit(bag: DagBag) -> None:
    for dag in bag.dags.values():
        for task in dag.tasks:
            assert task.retries >= 1, task.task_id
            assert task.retry_policy is not None, task.task_id
            assert task.execution_timeout is not None or task.task_id == "approve_promotion", task.task_id


def test_no_two_runs_of_one_model_overlap(bag: DagBag) -> None:
    assert {dag.max_active_runs for dag in bag.dags.values()} == {1}


def test_a_training_run_can_be_started_by_hand_with_nothing_filled_in(bag: DagBag) -> None:
    for name in SPECS:
        form = bag.dags[f"{name}.training"].params.dump()
        assert form == {k: False if k in ("force", "dry_run") else None for k in form}
        assert set(form) == {"window_start", "window_end", "source", "force", "dry_run", "reason"}


def test_a_scoring_run_can_be_started_by_hand_with_nothing_filled_in(bag: DagBag) -> None:
    for name in SPECS:
        form = bag.dags[f"{name}.scoring"].params.dump()
        assert form == {"window_start": None, "window_end": None, "source": None, "champion": None, "force": False}


def test_a_monitoring_run_can_be_started_by_hand_for_a_window(bag: DagBag) -> None:
    for name in SPECS:
        assert bag.dags[f"{name}.monitoring"].params.dump() == {"window_start": None, "window_end": None}


def test_monitoring_runs_whenever_predictions_are_written_unless_the_spec_says_when(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("plugins.specs.specs_to_parse", lambda: iter(()))
    from dags.monitoring import monitoring_dag

    by_asset = monitoring_dag(a_spec()).timetable
    assert [asset.name for asset in by_asset.asset_condition.objects] == ["churn.predictions"]
    by_time = monitoring_dag(a_spec(monitoring={"schedule": "0 6 * * *"})).timetable
    assert type(by_time).__name__ == "CronDataIntervalTimetable"


def test_only_the_concerns_of_the_spec_have_a_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.specs.specs_to_parse", lambda: iter(()))
    from dags.monitoring import monitoring_dag

    dag = monitoring_dag(a_spec(monitoring={"concerns": ["data_quality"]}))
    assert set(dag.task_ids) == {"monitor_windows", "gate_data_quality", "watch_champion", "request_retraining"}


def test_a_fleet_is_trained_in_chunks_between_its_pooled_model_and_its_evaluation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("plugins.specs.specs_to_parse", lambda: iter(()))
    from dags.training import training_dag

    assert shape(training_dag(a_spec(segment_by="region"))) == (GOLDEN / "training_of_a_fleet.txt").read_text()


def test_a_promotion_that_waits_for_a_person_outlives_the_wait() -> None:
    terms = {"timeouts": {"run": "12h"}, "promotion": {"by": "approval", "timeout": "3d"}}
    asked, automatic = a_spec(**terms), a_spec(timeouts={"run": "12h"})
    assert dag_settings(asked, "promotion")["dagrun_timeout"] == timedelta(days=3, hours=12)
    assert dag_settings(asked, "training")["dagrun_timeout"] == timedelta(hours=12)
    assert dag_settings(automatic, "promotion")["dagrun_timeout"] == timedelta(hours=12)


@pytest.mark.parametrize(
    ("promotion", "goes_on"),
    [
        ({"by": "approval"}, False),
        ({"by": "approval", "override_inconclusive": True}, True),
        ({"override_inconclusive": True}, True),
    ],
)
def test_a_promotion_that_may_ask_has_a_person_between_gate_and_registry(
    promotion: dict[str, object], goes_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugins.specs.specs_to_parse", lambda: iter(()))
    from dags.promotion import promotion_dag

    dag = promotion_dag(a_spec(promotion=promotion))
    assert shape(dag) == (GOLDEN / "promotion_with_a_person.txt").read_text()
    assert getattr(dag.get_task("gate_model"), "inconclusive_goes_on") is goes_on  # noqa: B009
