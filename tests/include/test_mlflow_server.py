from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest
from mlflow.exceptions import MlflowException
from mlflow.protos import databricks_pb2 as codes
from requests.exceptions import ConnectionError as NoConnectionError
from sqlalchemy.exc import OperationalError

from include.domain.errors import SluiceError, UnavailableError
from include.mlflow_server import answering, artifact_location, open_client, without_password
from include.registry.mlflow_registry import MlflowRegistry
from include.registry.versions import current


@pytest.fixture
def _nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ada:hush@127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setattr(mlflow.tracking._tracking_service.utils, "_tracking_uri", None)


@pytest.mark.usefixtures("_nobody_there")
@pytest.mark.parametrize(
    "ask",
    [
        lambda: current("adult", "champion"),
        lambda: MlflowRegistry().read("adult"),
        lambda: MlflowRegistry().tags("adult", 1),
    ],
)
def test_a_server_that_is_away_is_never_taken_for_one_without_a_champion(ask: Callable[[], object]) -> None:
    with pytest.raises(UnavailableError, match=r"MLflow at http://127.0.0.1:9 does not answer") as caught:
        ask()
    assert "hush" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.usefixtures("_nobody_there")
def test_a_server_that_is_not_there_is_given_up_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES")
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    with pytest.raises(UnavailableError), answering():
        open_client().get_experiment_by_name("churn")
    assert 1 <= len(waits) <= 2
    assert sum(waits) < 10


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (MlflowException("database is locked", codes.INTERNAL_ERROR), UnavailableError),
        (MlflowException("later", codes.TEMPORARILY_UNAVAILABLE), UnavailableError),
        (MlflowException("later", codes.REQUEST_LIMIT_EXCEEDED), UnavailableError),
        (NoConnectionError("http://ada:hush@mlflow:5000"), UnavailableError),
        (ConnectionResetError("reset"), UnavailableError),
        (OperationalError("select", {}, Exception("locked")), UnavailableError),
        (MlflowException("no", codes.PERMISSION_DENIED), SluiceError),
        (MlflowException("no", codes.UNAUTHENTICATED), SluiceError),
        (MlflowException("bad name", codes.INVALID_PARAMETER_VALUE), SluiceError),
        (MlflowException("no such run", codes.RESOURCE_DOES_NOT_EXIST), SluiceError),
    ],
)
def test_only_what_may_pass_by_itself_is_worth_a_retry(raised: Exception, expected: type[Exception]) -> None:
    with pytest.raises(SluiceError) as caught, answering():
        raise raised
    assert type(caught.value) is expected
    assert "hush" not in "".join(traceback.format_exception(caught.value))


def test_a_refusal_names_its_subject_and_what_to_check() -> None:
    refusal = r"^adult: MLflow at .* refuses: .*no. Check MLFLOW_TRACKING_USERNAME"
    with pytest.raises(SluiceError, match=refusal), answering("adult"):
        raise MlflowException("no", codes.PERMISSION_DENIED)


def test_other_errors_are_left_alone() -> None:
    with pytest.raises(KeyError), answering():
        raise KeyError("x")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("mysql://u:p@host/db", "mysql://host/db"),
        ("to http://u:p%40@host:1/a and s3://k:s@b", "to http://host:1/a and s3://b"),
        ("http://u:p@ss@host/a", "http://host/a"),
        ("mail ada@example.org, see http://host/@x", "mail ada@example.org, see http://host/@x"),
    ],
)
def test_users_and_passwords_are_cut_from_addresses(said: str, shown: str) -> None:
    assert without_password(said) == shown


def test_files_lie_beside_an_sqlite_database_wherever_the_process_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mlflow, "get_tracking_uri", lambda: f"sqlite:///{tmp_path}/mlflow.db")
    assert artifact_location("churn") == f"file://{tmp_path}/mlflow-artifacts/churn"


@pytest.mark.parametrize("uri", ["http://mlflow:5000", "sqlite:///:memory:", "postgresql://db/mlflow"])
def test_servers_know_themselves_where_files_lie(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mlflow, "get_tracking_uri", lambda: uri)
    assert artifact_location("churn") is None
