"""The files for containers, as far as they can be held to their word without a container engine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from functools import cache
from typing import Any

import pytest
import yaml

from include.deployment.airflow_settings import PRELOADED, QUIET, THREADS, airflow_settings
from include.deployment.home import PROJECT, Home
from include.deployment.ports import Ports
from tests.docs.pages import DOCS, REFERENCE, commands, section

TEXT = (PROJECT / "docker-compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
ONE_SHOT = {"make-buckets", "migrate"}
AIRFLOW = {"api-server", "scheduler", "dag-processor", "triggerer", "worker"}
DIFFERS = {
    "AIRFLOW__CORE__EXECUTOR",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME",
    "AIRFLOW__API__HOST",
}
"""What is chosen otherwise for several containers than for one machine."""

PLACES = re.compile(r"\$\{|://|^/")


@pytest.fixture
def house(tmp_path: Any) -> dict[str, str]:
    home = Home.from_environment({"SLUICE_HOME": str(tmp_path)})
    home.create()
    return {setting.variable: setting.value for setting in airflow_settings(home, Ports())}


def environment(service: str) -> dict[str, str]:
    return SERVICES[service].get("environment", {})


@cache
def read_by_airflow() -> set[str]:
    from airflow.configuration import conf

    sections = conf.configuration_description.items()
    return {f"AIRFLOW__{name}__{key}".upper() for name, section in sections for key in section["options"]}


def test_every_process_of_the_house_has_a_service() -> None:
    assert {*AIRFLOW, *ONE_SHOT, "postgres", "redis", "seaweedfs", "mlflow"} <= set(SERVICES)


def test_the_services_that_start_unasked_are_those_without_a_login_of_their_own() -> None:
    assert {name for name, service in SERVICES.items() if "profiles" in service} == {"mlflow-login"}


def test_images_are_pinned() -> None:
    pyproject = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    images = {service["image"] for service in SERVICES.values()}
    assert f"sluice:{pyproject['project']['version']}" in images
    assert [image for image in images if not re.fullmatch(r"[\w./-]+:\d+(\.\d+)+(-[a-z]+)?", image)] == []
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(bases) == {"python:3.11-slim-bookworm"}


def test_the_object_store_knows_conditional_writes() -> None:
    version = SERVICES["seaweedfs"]["image"].partition(":")[2]
    assert tuple(map(int, version.split("."))) >= (4, 44)


def test_ports_are_published_on_loopback_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_every_lasting_service_says_whether_it_is_well_and_comes_back() -> None:
    lasting = {name: service for name, service in SERVICES.items() if name not in ONE_SHOT}
    assert [name for name, service in lasting.items() if "healthcheck" not in service] == []
    assert [name for name, service in lasting.items() if service.get("restart") != "unless-stopped"] == []


def test_whoever_is_waited_for_is_well_or_has_done_its_work() -> None:
    for name, service in SERVICES.items():
        for needed, terms in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if needed in ONE_SHOT else "service_healthy"
            assert terms["condition"] == expected, f"{name} → {needed}"


def test_no_secret_stands_in_the_file() -> None:
    secret = re.compile(r"password|secret|_key$|_conn$|broker_url|result_backend", re.IGNORECASE)
    given = [(name, key, value) for name in SERVICES for key, value in environment(name).items() if secret.search(key)]
    assert len(given) > 20
    open_text = [
        (name, key)
        for name, key, value in given
        if "${SLUICE_" not in str(value) and not key.endswith("PASSWORDS_FILE")
    ]
    assert open_text == []


def test_a_missing_secret_stops_everything() -> None:
    asked = set(re.findall(r"\$\{(SLUICE_[A-Z0-9_]+)", TEXT))
    required = set(re.findall(r"\$\{(SLUICE_[A-Z0-9_]+):\?", TEXT))
    optional = set(re.findall(r"\$\{(SLUICE_[A-Z0-9_]+):-", TEXT))
    assert asked == required | optional
    assert {name for name in asked if re.search("KEY|SECRET|PASSWORD", name)} - required == {"SLUICE_MLFLOW_PASSWORD"}


def test_the_page_about_clusters_makes_every_secret_that_is_required() -> None:
    told = " ".join(commands(DOCS / "how-to" / "cluster.md"))
    looped = re.search(r"for name in ([A-Z0-9_ ]+); do", told)
    made = {f"SLUICE_{name}" for name in looped[1].split()} if looped else set()
    made |= set(re.findall(r'echo "(SLUICE_[A-Z_]+)=\$\(', told))
    assert made == set(re.findall(r"\$\{(SLUICE_[A-Z0-9_]+):\?", TEXT))


def test_all_processes_of_airflow_have_one_environment() -> None:
    assert len({json.dumps(environment(name), sort_keys=True) for name in AIRFLOW}) == 1


def test_every_variable_of_airflow_is_known_to_the_house_or_explained(house: dict[str, str]) -> None:
    explained = set(
        re.findall(r"^\| `(AIRFLOW__\w+)` \|", section(REFERENCE / "settings.md", "## On Celery"), re.MULTILINE)
    )
    used = {key for key in environment("worker") if key.startswith("AIRFLOW__")}
    assert used - house.keys() == explained - {"AIRFLOW__CORE__EXECUTOR"}


def test_settings_that_name_no_place_are_those_of_the_house(house: dict[str, str]) -> None:
    shared = {key: value for key, value in environment("worker").items() if key in house}
    other = {key for key, value in shared.items() if not PLACES.search(value) and value != house[key]}
    assert other == DIFFERS


def test_settings_that_are_left_out_belong_to_the_other_executor_or_to_a_second_installation(
    house: dict[str, str],
) -> None:
    left_out = (house.keys() & read_by_airflow()) - environment("worker").keys()
    assert left_out == {
        "AIRFLOW__CORE__PARALLELISM",
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT",
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT",
    }


def test_workers_import_before_they_fork_what_the_scheduler_would() -> None:
    imports = json.loads(environment("worker")["AIRFLOW__CELERY__EXTRA_CELERY_CONFIG"])["imports"]
    assert imports == [name for name in PRELOADED if name != "airflow.executors.local_executor"]


def test_every_variable_of_airflow_is_one_that_airflow_reads() -> None:
    assert {key for key in environment("worker") if key.startswith("AIRFLOW__")} - read_by_airflow() == set()


def test_the_image_has_the_threads_and_the_silence_of_the_house() -> None:
    for name, value in {**THREADS, **QUIET}.items():
        assert re.search(rf"^ +{name}={value}( \\)?$", DOCKERFILE, re.MULTILINE), name


def test_the_image_compiles_keeps_to_the_constraints_and_runs_as_nobody_special() -> None:
    assert "UV_COMPILE_BYTECODE=1" in DOCKERFILE
    assert "--constraint constraints.txt" in DOCKERFILE
    assert "PYTHONDONTWRITEBYTECODE" not in DOCKERFILE
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE) == ["sluice"]


def test_only_what_runs_goes_into_the_image() -> None:
    lines = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert "*" in lines
    assert let_in == {"constraints.txt", "pyproject.toml", "README.md", "dags", "include", "plugins"}


@pytest.mark.docker
@pytest.mark.integration
def test_docker_understands_the_file(tmp_path: Any) -> None:
    has_compose = (
        shutil.which("docker")
        and subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0
    )
    if not has_compose:
        pytest.skip("there is no docker compose on this machine")
    names = set(re.findall(r"\$\{(SLUICE_[A-Z0-9_]+):\?", TEXT))
    (tmp_path / "env").write_text("".join(f"{name}=x\n" for name in names))
    command = [
        "docker",
        "compose",
        "--env-file",
        str(tmp_path / "env"),
        "--file",
        "docker-compose.yaml",
        "config",
        "--quiet",
    ]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
