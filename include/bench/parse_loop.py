"""How long the DAG processor takes to come round: from one look at a DAG file to the next, with many specs."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from include.deployment.airflow_settings import airflow_environment
from include.deployment.home import Home
from include.deployment.ports import Ports
from include.deployment.stack import BIN, migrate
from include.domain.errors import SluiceError

_SOONEST_SECONDS = 10
"""What the house asks for where the specs are few: with many it is never done, and shows how long they take."""

_INTERVAL = "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL"
_PARSED = "SELECT relative_fileloc, max(last_parsed_time), count(*) FROM dag WHERE is_stale = 0 GROUP BY 1"


class Round(NamedTuple):
    """How the DAG processor comes round.

    Parameters
    ----------
    seconds : float
        The longest time from one look at a file to the next.
    interval_seconds : float
        The time that is meant to lie between them: a processor that takes longer falls behind.
    """

    seconds: float
    interval_seconds: float


def come_round(home: Home, dags: int, *, loops: int, patience_seconds: float = 600) -> Round:
    """Let the DAG processor look at every file some times, as fast as it can come round.

    Parameters
    ----------
    home : Home
        Its specs are in place.
    dags : int
        How many DAGs there have to be in the end.
    loops : int
        At least 2.
    patience_seconds : float

    Raises
    ------
    SluiceError
        Where that has not happened in time, or not every DAG was found.
    """
    environment = {**airflow_environment(home, Ports()), **home.environment()}
    interval = float(environment[_INTERVAL])
    environment[_INTERVAL] = str(_SOONEST_SECONDS)
    migrate(environment, home)
    command = [str(BIN / "airflow"), "dag-processor", f"--num-runs={loops}"]
    looks: dict[str, list[datetime]] = {}
    found = 0
    with (home.logs / "dag-processor.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    deadline = time.monotonic() + patience_seconds
    try:
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.5)
            found = 0
            for file, moment, count in _looks(home.airflow / "airflow.db"):
                found += count
                if moment not in looks.setdefault(file, []):
                    looks[file].append(moment)
    finally:
        process.terminate()
        process.wait(timeout=60)
    between = [(later - earlier).total_seconds() for moments in looks.values() for earlier, later in pairwise(moments)]
    if not between or found != dags:
        raise SluiceError(f"the DAG processor found {found} of {dags} DAGs: see {home.logs / 'dag-processor.log'}")
    return Round(max(between), interval)


def _looks(database: Path) -> Iterator[tuple[str, datetime, int]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
        for file, moment, count in connection.execute(_PARSED).fetchall():
            yield file, datetime.fromisoformat(moment), count
