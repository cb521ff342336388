"""Every Airflow setting that the house chooses, in one place, each with its reason.

A setting that stands in the environment already (`AIRFLOW__SECTION__KEY`) wins over the one here, so that the same code
runs on PostgreSQL and Celery without an edit.
"""

from __future__ import annotations

import json
import os
from typing import NamedTuple

from include.deployment.home import PROJECT, Home
from include.deployment.ports import Ports
from include.deployment.secrets import login_file, open_secrets


class Setting(NamedTuple):
    """One Airflow setting and why it is as it is.

    Parameters
    ----------
    section, key, value, reason : str
    for_speed : bool
        Whether everything works without it, only slower.
    """

    section: str
    key: str
    value: str
    reason: str
    for_speed: bool = False

    @property
    def variable(self) -> str:
        """Name of the environment variable that sets it."""
        return f"AIRFLOW__{self.section}__{self.key}".upper()


PRELOADED = (
    # It asks every module that is loaded by then for its functions: first in, it asks few.
    "skops.io",
    "airflow",
    "airflow.executors.local_executor",
    "airflow.sdk.execution_time.task_runner",
    "airflow.dag_processing.dagbag",
    "great_expectations",
    "mlflow",
    "mlflow.sklearn",
    "evidently.metrics",
    "optuna",
    "matplotlib.pyplot",
    "fairlearn.metrics",
    "duckdb",
    "pyarrow.parquet",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "plugins.warm",
)
"""What the process that forks the tasks has imported already, so that a task starts in a fraction of a second."""

STOCK = "SLUICE_STOCK_AIRFLOW"
"""Variable that leaves the settings for speed to Airflow's own defaults, if it is ``true``."""

IMPORTED = [name for name in PRELOADED if name != "airflow.executors.local_executor"]
"""The same for a Celery worker."""

THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
"""Task slots share the cores: a fit that takes a thread per core in every slot is slower by an order of magnitude."""

QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "MPLBACKEND": "Agg",
    "GIT_PYTHON_REFRESH": "quiet",
}
"""Libraries that neither phone home nor start helpers of their own."""


def airflow_settings(home: Home, ports: Ports, *, database: str = "airflow.db") -> tuple[Setting, ...]:
    """Return the settings of one installation.

    Parameters
    ----------
    home : Home
    ports : Ports
    database : str
        File of the embedded metadata database, in Airflow's home.
    """
    secrets = open_secrets(home.airflow)
    here = f"http://127.0.0.1:{ports.airflow}"
    cores = str(max(2, os.cpu_count() or 2))
    return (
        Setting("core", "dags_folder", str(PROJECT / "dags"), "the DAGs of this project"),
        Setting("core", "plugins_folder", str(PROJECT / "plugins"), "the operators' links and pages of this project"),
        Setting("core", "load_examples", "False", "only our DAGs"),
        Setting("core", "executor", "LocalExecutor", "parallel tasks without a broker"),
        Setting("core", "dag_discovery_safe_mode", "False", "every file in dags/ is ours: none has to be guessed"),
        Setting("core", "parallelism", cores, "a slot a core: training is CPU work", for_speed=True),
        Setting("core", "dags_are_paused_at_creation", "False", "a spec that is there is meant to run"),
        Setting("core", "fernet_key", secrets.fernet_key, "connections are encrypted at rest"),
        Setting("core", "execution_api_server_url", f"{here}/execution/", "tasks must find a port other than 8080"),
        Setting("core", "simple_auth_manager_users", "admin:admin", "one login, generated on first use"),
        Setting("core", "simple_auth_manager_passwords_file", str(login_file(home.airflow)), "writable, mode 0600"),
        Setting("database", "sql_alchemy_conn", f"sqlite:///{home.airflow / database}", "the embedded default"),
        Setting("api", "host", "127.0.0.1", "loopback unless told otherwise"),
        Setting("api", "port", str(ports.airflow), "settable by SLUICE_AIRFLOW_PORT"),
        Setting("api", "base_url", here, "links in logs and tags lead back here"),
        Setting("api", "workers", "1", "one machine, one user: memory matters more"),
        Setting("api", "secret_key", secrets.api_secret_key, "shared by all processes"),
        Setting("api_auth", "jwt_secret", secrets.jwt_secret, "tasks prove who they are to the API server"),
        Setting("logging", "base_log_folder", str(home.airflow / "logs"), "state stays in the home"),
        Setting("logging", "worker_log_server_port", str(ports.worker_logs), "a second installation needs its own"),
        Setting("logging", "trigger_log_server_port", str(ports.trigger_logs), "a second installation needs its own"),
        Setting(
            "scheduler",
            "mp_start_method",
            "forkserver",
            "tasks fork from a parent with all libraries loaded",
            for_speed=True,
        ),
        Setting(
            "scheduler",
            "mp_forkserver_preload",
            ",".join(PRELOADED),
            "13 s of imports a task become 0.1 s; edited code of the house is loaded anew",
            for_speed=True,
        ),
        Setting(
            "scheduler",
            "scheduler_idle_sleep_time",
            "0.2",
            "short tasks wait mostly for this",
            for_speed=True,
        ),
        Setting("scheduler", "task_instance_heartbeat_timeout", "60", "a lost task is noticed within a minute"),
        Setting("scheduler", "orphaned_tasks_check_interval", "10", "a lost scheduler within forty seconds"),
        Setting(
            "scheduler",
            "task_queued_timeout_check_interval",
            "30",
            "a task that a dead worker had fetched is noticed half a minute after its time",
        ),
        Setting(
            "celery", "extra_celery_config", json.dumps({"imports": IMPORTED}), "the same on Celery", for_speed=True
        ),
        Setting("workers", "min_heartbeat_interval", "1", "how long a finished task keeps its slot", for_speed=True),
        Setting("workers", "execution_api_timeout", "30", "the first call to a fresh API server takes seconds"),
        Setting("dag_processor", "refresh_interval", "10", "a new spec shows up within seconds"),
        Setting(
            "dag_processor",
            "min_file_process_interval",
            str(look_interval_seconds(sum(1 for _ in home.specs.glob("*.y*ml")))),
            "an edited spec shows up within seconds, or as soon as the processor comes round to so many",
        ),
    )


def look_interval_seconds(specs: int) -> int:
    """Return the seconds from one look at a DAG file to the next: no fewer than it takes to come round to all specs.

    Airflow stores what it has parsed DAG by DAG, in one process: 50 to 62 ms a spec of four DAGs (``sluice bench
    parse``, two cores, SQLite). A processor that were to look sooner would never be done. A round takes two seconds of
    a core however few specs there are: every ten seconds that was a fifth of one.

    Examples
    --------
    >>> [look_interval_seconds(specs) for specs in (3, 200, 1_000)]
    [15, 15, 75]
    """
    return max(15, round(0.075 * specs))


def airflow_environment(home: Home, ports: Ports, *, database: str = "airflow.db") -> dict[str, str]:
    """Return the environment of an Airflow process of this installation; what is set already is kept."""
    settings, stock = airflow_settings(home, ports, database=database), os.environ.get(STOCK) == "true"
    chosen = {
        **home.environment(),
        **THREADS,
        **QUIET,
        "AIRFLOW_HOME": str(home.airflow),
        "PYTHONPATH": str(PROJECT),
        **{setting.variable: setting.value for setting in settings if not (stock and setting.for_speed)},
    }
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**chosen, **kept}
