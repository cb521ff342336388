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
from requests.exceptions import RequestException
from sqlalchemy.exc import OperationalError

from include.domain.errors import SluiceError, UnavailableError

_PATIENCE = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
"""MLflow's own default waits four minutes for a server that is down; Airflow retries the task instead."""

_PASSING = frozenset({"TEMPORARILY_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED", "INTERNAL_ERROR", "RESOURCE_EXHAUSTED"})
_REFUSALS = frozenset({"UNAUTHENTICATED", "PERMISSION_DENIED"})


def open_client() -> MlflowClient:
    """Return a client of the server that ``MLFLOW_TRACKING_URI`` names."""
    for name, value in _PATIENCE.items():
        os.environ.setdefault(name, value)
    return MlflowClient()


@contextmanager
def answering() -> Iterator[None]:
    """Turn whatever MLflow and its transport raise into errors of the house.

    Raises
    ------
    UnavailableError
        If the server, its database or its bucket does not answer, or says that it cannot at the moment.
    SluiceError
        If it answers and refuses.
    """
    try:
        yield
    except (RequestException, OperationalError, BotoCoreError, Boto3Error, ClientError) as error:
        raise UnavailableError(f"MLflow at {address()} does not answer: {without_secrets(error)}") from error
    except MlflowException as error:
        text = without_secrets(error)
        if error.error_code in _REFUSALS:
            raise SluiceError(
                f"MLflow at {address()} refuses: {text}. "
                f"Check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or the token"
            ) from error
        if error.error_code in _PASSING:
            verb = "does not answer" if "failed with exception" in text else "failed"
            raise UnavailableError(f"MLflow at {address()} {verb}: {text}") from error
        raise SluiceError(f"MLflow at {address()} cannot do it: {text}") from error


def address() -> str:
    """Return where MLflow is, without user and password."""
    return without_secrets(mlflow.get_tracking_uri())


def without_secrets(text: object) -> str:
    """Return a text with user and password of every address in it cut out.

    Examples
    --------
    >>> without_secrets("http://ada:secret@mlflow.example:5000 is down")
    'http://mlflow.example:5000 is down'
    """
    return re.sub(r"://[^/\s@]+@", "://", str(text))


def artifact_location(experiment: str) -> str | None:
    """Return where a new experiment keeps its files: beside an SQLite database, else where the server says.

    MLflow's own answer for SQLite is a folder below whatever directory the process happens to run in.
    """
    match = re.fullmatch(r"sqlite:///(?P<path>[^?]+)(\?.*)?", mlflow.get_tracking_uri())
    if match is None or match["path"] == ":memory:":
        return None
    return (Path(match["path"]).resolve().parent / "mlflow-artifacts" / experiment).as_uri()
