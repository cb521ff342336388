"""The databases behind Airflow and MLflow, and a hand that cuts every connection to them."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg2
from sqlalchemy.engine import make_url

LOCKED_SECONDS = 8.0
"""SQLite has no connections to cut: nobody gets at the file for longer than its clients wait."""


class Databases(NamedTuple):
    """Where both keep their state."""

    airflow: str
    mlflow: str

    def cut_off(self) -> None:
        """Take the database away from whoever uses it at this moment."""
        for address in self:
            url = make_url(address)
            if url.get_backend_name() == "sqlite":
                threading.Thread(target=_lock, args=[str(url.database)], daemon=True).start()
            else:
                _administer(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    f"WHERE datname = '{url.database}' AND pid <> pg_backend_pid()"
                )


@contextmanager
def databases(root: Path) -> Iterator[Databases]:
    """Yield two new databases: on PostgreSQL where one answers and lets us, otherwise on SQLite."""
    name = f"sluice_crashes_{uuid.uuid4().hex[:8]}"
    made: list[str] = []
    try:
        for suffix in ("airflow", "mlflow"):
            _administer(f'CREATE DATABASE "{name}_{suffix}"')
            made.append(f"{name}_{suffix}")
    except psycopg2.Error:
        yield Databases(f"sqlite:///{root}/airflow.db", f"sqlite:///{root}/mlflow.db")
        return
    try:
        server = make_url(_server()).set(drivername="postgresql+psycopg2")
        yield Databases(*(server.set(database=each).render_as_string(hide_password=False) for each in made))
    finally:
        for each in made:
            _administer(f'DROP DATABASE IF EXISTS "{each}" WITH (FORCE)')


def _server() -> str:
    return os.environ.get("SLUICE_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")


def _administer(statement: str) -> None:
    with closing(psycopg2.connect(_server())) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)


def _lock(path: str) -> None:
    with closing(sqlite3.connect(path, timeout=60)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        time.sleep(LOCKED_SECONDS)
        connection.rollback()
