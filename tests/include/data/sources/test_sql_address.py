from __future__ import annotations

import pytest
from pydantic import SecretStr

from include.data.access import UNRESOLVED, SourceAccess
from include.data.sources.sql_address import address_of, database_url
from include.domain.errors import DataError
from include.domain.spec.data import SqlSource

QUERY = "SELECT 1"


def test_what_is_secret_is_filled_in_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_PASSWORD", "p@ss/w:rd")
    monkeypatch.setenv("DB_HOST", "db.example")
    source = SqlSource(sql=QUERY, url="postgresql://reader:${DB_PASSWORD}@${DB_HOST}:5432/shop?sslmode=require&x=hush")
    url = database_url(source, UNRESOLVED)
    assert (url.username, url.password, url.host, url.port) == ("reader", "p@ss/w:rd", "db.example", 5432)
    shown = address_of(source, UNRESOLVED)
    assert shown == "postgresql://db.example:5432/shop"


def test_the_whole_address_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE", "mysql+pymysql://u:secret@h/shop")
    assert address_of(SqlSource(sql=QUERY, url="${WAREHOUSE}"), UNRESOLVED) == "mysql://h/shop"


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(DataError, match="environment variable NOT_SET_ANYWHERE, which is not set"):
        database_url(SqlSource(sql=QUERY, url="postgresql://u:${NOT_SET_ANYWHERE}@h/x"), UNRESOLVED)


def test_a_resolved_connection_comes_first() -> None:
    access = SourceAccess(sqlalchemy_url=SecretStr("postgresql://u:secret@h/x"))
    assert address_of(SqlSource(sql=QUERY, connection="c"), access) == "postgresql://h/x"
    assert "secret" not in repr(access)


def test_an_address_that_cannot_be_read_is_not_quoted() -> None:
    access = SourceAccess(sqlalchemy_url=SecretStr("no address with secret"))
    with pytest.raises(DataError, match="expected dialect") as caught:
        database_url(SqlSource(sql=QUERY, connection="c"), access)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__
