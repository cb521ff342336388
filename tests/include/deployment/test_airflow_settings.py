"""Airflow's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.deployment.airflow_settings import airflow_environment, airflow_settings
from include.deployment.home import Home
from include.deployment.ports import Ports


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home.from_environment({"SLUICE_HOME": str(tmp_path)})
    made.create()
    return made


def test_every_setting_is_chosen_once_and_has_its_reason(home: Home) -> None:
    settings = airflow_settings(home, Ports())
    assert len({setting.variable for setting in settings}) == len(settings)
    assert all(setting.reason for setting in settings)


def test_servers_bind_to_loopback(home: Home) -> None:
    assert airflow_environment(home, Ports())["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_what_the_environment_says_already_wins(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    assert airflow_environment(home, Ports())["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"


def test_bytecode_is_never_switched_off(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in airflow_environment(home, Ports())


def test_one_switch_leaves_speed_to_airflow_and_nothing_else(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    warm = airflow_environment(home, Ports())
    monkeypatch.setenv("SLUICE_STOCK_AIRFLOW", "true")
    left_out = warm.keys() - airflow_environment(home, Ports()).keys()
    assert left_out == {
        "AIRFLOW__CELERY__EXTRA_CELERY_CONFIG",
        "AIRFLOW__CORE__PARALLELISM",
        "AIRFLOW__SCHEDULER__MP_START_METHOD",
        "AIRFLOW__SCHEDULER__MP_FORKSERVER_PRELOAD",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME",
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL",
    }


def test_many_specs_are_looked_at_no_sooner_than_they_are_come_round_to(home: Home, tmp_path: Path) -> None:
    interval = "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL"
    crowded = home.model_copy(update={"specs": tmp_path / "specs"})
    assert airflow_environment(crowded, Ports())[interval] == "15"
    crowded.specs.mkdir()
    for number in range(400):
        (crowded.specs / f"model_{number}.yaml").touch()
    assert airflow_environment(crowded, Ports())[interval] == "30"
