"""The MLflow server as the registry asks it: with little patience, and with errors in plain words."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from include.domain.errors import RegistryError, UnavailableError

ABSENT = "RESOURCE_DOES_NOT_EXIST"
TAKEN = ("RESOURCE_ALREADY_EXISTS", "ALREADY_EXISTS")
"""Codes of MLflow's answers."""

_RETRYABLE = (
    "ABORTED",
    "DEADLINE_EXCEEDED",
    "INTERNAL_ERROR",  # also for a server that cannot be reached
    "REQUEST_LIMIT_EXCEEDED",
    "RESOURCE_EXHAUSTED",
    "TEMPORARILY_UNAVAILABLE",
)

_PATIENCE = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
"""Left to itself MLflow waits minutes for a server that is down; whoever called can try again better."""


def open_client() -> MlflowClient:
    """Return a client of the server behind ``MLFLOW_TRACKING_URI``."""
    for name, value in _PATIENCE.items():
        os.environ.setdefault(name, value)
    return MlflowClient()


@contextmanager
def asking(model: str) -> Iterator[None]:
    """Translate what MLflow raises, without the password that an address may hold.

    Raises
    ------
    UnavailableError
        Where the server or its database does not answer.
    RegistryError
        Where it refuses.
    """
    try:
        yield
    except MlflowException as error:
        if error.error_code in _RETRYABLE:
            raise UnavailableError(f"MLflow at {_address()} does not answer: {_first_line(error)}") from _cause(error)
        raise RegistryError(f"{model}: MLflow at {_address()} refuses: {_first_line(error)}") from _cause(error)
    except (OSError, SQLAlchemyError) as error:
        raise UnavailableError(f"MLflow at {_address()} does not answer: {_first_line(error)}") from _cause(error)


def _cause(error: Exception) -> Exception | None:
    """Return what a traceback may show: an error that repeats a password is left out of it."""
    return error if without_password(str(error)) == str(error) else None


def _address() -> str:
    return without_password(mlflow.get_registry_uri())


def _first_line(error: Exception) -> str:
    return without_password(str(error).partition("\n")[0])[:300]


def without_password(text: str) -> str:
    """Return the text with every user and password gone from the addresses in it.

    Examples
    --------
    >>> without_password("postgresql://ada:hush@db/mlflow")
    'postgresql://db/mlflow'
    """
    return re.sub(r"://[^\s/]*@", "://", text)
