from __future__ import annotations

import traceback

import pytest
from mlflow.exceptions import MlflowException
from mlflow.protos import databricks_pb2 as codes
from sqlalchemy.exc import OperationalError

from include.domain.errors import RegistryError, UnavailableError
from include.registry.mlflow_registry import MlflowRegistry
from include.registry.mlflow_server import asking, without_password
from include.registry.versions import current


@pytest.fixture
def server_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://ada:hush@127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")


@pytest.mark.usefixtures("server_away")
def test_a_server_that_is_away_is_never_taken_for_one_without_a_champion() -> None:
    for ask in (lambda: current("adult", "champion"), lambda: MlflowRegistry().read("adult")):
        with pytest.raises(UnavailableError, match=r"MLflow at http://127.0.0.1:9 does not answer") as caught:
            ask()
        assert "hush" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.usefixtures("server_away")
def test_no_move_is_written_down_while_the_server_is_away() -> None:
    with pytest.raises(UnavailableError):
        MlflowRegistry().tags("adult", 1)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (codes.INTERNAL_ERROR, UnavailableError),
        (codes.TEMPORARILY_UNAVAILABLE, UnavailableError),
        (codes.REQUEST_LIMIT_EXCEEDED, UnavailableError),
        (codes.PERMISSION_DENIED, RegistryError),
        (codes.UNAUTHENTICATED, RegistryError),
        (codes.INVALID_PARAMETER_VALUE, RegistryError),
        (codes.RESOURCE_DOES_NOT_EXIST, RegistryError),
    ],
)
def test_only_what_may_pass_by_itself_is_worth_a_retry(code: int, expected: type[Exception]) -> None:
    with pytest.raises(expected), asking("adult"):
        raise MlflowException("no", error_code=code)


@pytest.mark.parametrize("error", [ConnectionResetError("reset"), OperationalError("select", {}, Exception("locked"))])
def test_a_database_or_socket_that_fails_is_unavailable(error: Exception) -> None:
    with pytest.raises(UnavailableError, match="does not answer"), asking("adult"):
        raise error


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
