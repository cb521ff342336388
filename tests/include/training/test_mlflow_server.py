from __future__ import annotations

import time
from pathlib import Path

import mlflow
import pytest
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INTERNAL_ERROR, INVALID_PARAMETER_VALUE, PERMISSION_DENIED
from requests.exceptions import ConnectionError as NoConnectionError

from include.domain.errors import SluiceError, UnavailableError
from include.training.mlflow_server import answering, artifact_location, open_client


@pytest.fixture
def _nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ada:hush@127.0.0.1:9")
    monkeypatch.setattr(mlflow.tracking._tracking_service.utils, "_tracking_uri", None)


@pytest.mark.usefixtures("_nobody_there")
def test_a_server_that_is_not_there_is_given_up_in_seconds_naming_the_address_without_the_password() -> None:
    began = time.monotonic()
    with (
        pytest.raises(UnavailableError, match=r"MLflow at http://127\.0\.0\.1:9 does not answer") as caught,
        answering(),
    ):
        open_client().get_experiment_by_name("churn")
    assert time.monotonic() - began < 10
    assert "hush" not in str(caught.value)
    assert "ada" not in str(caught.value)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (NoConnectionError("http://ada:hush@mlflow:5000"), UnavailableError),
        (MlflowException("database is locked", INTERNAL_ERROR), UnavailableError),
        (MlflowException("no", PERMISSION_DENIED), SluiceError),
        (MlflowException("bad name", INVALID_PARAMETER_VALUE), SluiceError),
    ],
)
def test_what_may_pass_is_worth_a_retry_and_what_will_not_is_not(raised: Exception, expected: type[Exception]) -> None:
    with pytest.raises(SluiceError) as caught, answering():
        raise raised
    assert type(caught.value) is expected
    assert "hush" not in str(caught.value)


def test_other_errors_are_left_alone() -> None:
    with pytest.raises(KeyError), answering():
        raise KeyError("x")


def test_files_lie_beside_an_sqlite_database_wherever_the_process_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mlflow, "get_tracking_uri", lambda: f"sqlite:///{tmp_path}/mlflow.db")
    assert artifact_location("churn") == f"file://{tmp_path}/mlflow-artifacts/churn"


@pytest.mark.parametrize("uri", ["http://mlflow:5000", "sqlite:///:memory:", "postgresql://db/mlflow"])
def test_servers_know_themselves_where_files_lie(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mlflow, "get_tracking_uri", lambda: uri)
    assert artifact_location("churn") is None
