"""The MLflow server: one place that opens it, loses patience with it in seconds, and says so in plain words."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mlflow
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from include.domain.errors import SluiceError, UnavailableError

ABSENT = "RESOURCE_DOES_NOT_EXIST"
TAKEN = ("RESOURCE_ALREADY_EXISTS", "ALREADY_EXISTS")
"""Codes of MLflow's answers."""

_PATIENCE = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
"""MLflow's own default waits four minutes for a server that is down; Airflow retries the task instead."""

_PASSING = (
    "ABORTED",
    "DEADLINE_EXCEEDED",
    "INTERNAL_ERROR",  # also for a server that cannot be reached
    "REQUEST_LIMIT_EXCEEDED",
    "RESOURCE_EXHAUSTED",
    "TEMPORARILY_UNAVAILABLE",
)
_STRANGERS = ("UNAUTHENTICATED", "PERMISSION_DENIED")


def open_client() -> MlflowClient:
    """Return a client of the server that ``MLFLOW_TRACKING_URI`` names."""
    for name, value in _PATIENCE.items():
        os.environ.setdefault(name, value)
    return MlflowClient()


@contextmanager
def answering(subject: str = "") -> Iterator[None]:
    """Turn whatever MLflow and its transport raise into errors of the house.

    Parameters
    ----------
    subject : str
        What MLflow is asked about; a refusal begins with it.

    Raises
    ------
    UnavailableError
        If the server, its database or its bucket does not answer, or says that it cannot at the moment.
    SluiceError
        If it answers and refuses.
    """
    try:
        yield
    except MlflowException as error:
        if error.error_code in _PASSING:
            raise UnavailableError(f"MLflow at {address()} does not answer: {_said(error)}") from _cause(error)
        advice = ""
        if error.error_code in _STRANGERS:
            advice = ". Check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or the token"
        about = f"{subject}: " if subject else ""
        raise SluiceError(f"{about}MLflow at {address()} refuses: {_said(error)}{advice}") from _cause(error)
    except (OSError, SQLAlchemyError, BotoCoreError, Boto3Error, ClientError) as error:
        raise UnavailableError(f"MLflow at {address()} does not answer: {_said(error)}") from _cause(error)


def address() -> str:
    """Return where MLflow is, without user and password."""
    return without_password(mlflow.get_tracking_uri())


def without_password(text: str) -> str:
    """Return the text with every user and password gone from the addresses in it.

    Examples
    --------
    >>> without_password("postgresql://ada:hush@db/mlflow")
    'postgresql://db/mlflow'
    """
    return re.sub(r"://[^\s/]*@", "://", text)


def artifact_location(experiment: str) -> str | None:
    """Return where a new experiment keeps its files: beside an SQLite database, else where the server says.

    MLflow's own answer for SQLite is a folder below whatever directory the process happens to run in.
    """
    match = re.fullmatch(r"sqlite:///(?P<path>[^?]+)(\?.*)?", mlflow.get_tracking_uri())
    if match is None or match["path"] == ":memory:":
        return None
    return (Path(match["path"]).resolve().parent / "mlflow-artifacts" / experiment).as_uri()


def _cause(error: Exception) -> Exception | None:
    """Return what a traceback may show: an error that repeats a password is left out of it."""
    return error if without_password(str(error)) == str(error) else None


def _said(error: Exception) -> str:
    return without_password(str(error).partition("\n")[0])[:300]
