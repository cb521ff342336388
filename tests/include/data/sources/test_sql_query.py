# Moments without a zone are UTC in this room, and are written without one on purpose.
# ruff: noqa: DTZ001

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from include.data.access import SourceAccess
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.domain.errors import DataError
from include.domain.references import Window
from include.storage.store import Store
from tests.include.data.given import kinds, snapshot_of, spec_over


@pytest.fixture
def database(here: Path) -> str:
    with sqlite3.connect(here / "x.db") as connection:
        connection.execute("CREATE TABLE x (y INTEGER, a, b TEXT, t TEXT)")
        rows = [(number, number, f"b{number}", f"2018-01-{number + 1:02d} 00:00:00.000000") for number in range(20)]
        connection.executemany("INSERT INTO x VALUES (?, ?, ?, ?)", rows)
    return "sqlite:///x.db"


def _query(database: str, sql: str) -> dict[str, str]:
    return {"sql": sql, "url": database}


def test_rows_come_from_a_query_and_the_snapshot_says_which(database: str, store: Store) -> None:
    sql = "SELECT y, a, b FROM x WHERE y < 3"
    dataset = snapshot_of(store, _query(database, sql))
    assert kinds(dataset) == {"a": "BIGINT", "b": "VARCHAR", "y": "BIGINT"}
    assert dataset.rows == 3
    assert dataset.source == "sqlite:///x.db"
    assert sql in store.read(f"snapshots/churn/{dataset.fingerprint}/manifest.json").decode()


def test_a_database_is_asked_every_time_and_the_same_answer_is_not_stored_again(database: str, store: Store) -> None:
    first = snapshot_of(store, _query(database, "SELECT y, a FROM x"))
    again = snapshot_of(store, _query(database, "SELECT y, a FROM x"))
    assert not first.reused
    assert again.reused
    assert again.cause == "a database is asked every time; the same content was stored already"
    with sqlite3.connect("x.db") as connection:
        connection.execute("DELETE FROM x WHERE y = 7")
    assert not snapshot_of(store, _query(database, "SELECT y, a FROM x")).reused


def test_the_window_is_bound_and_a_query_without_one_says_so(database: str, store: Store) -> None:
    sql = "SELECT y, a FROM x WHERE t >= :window_start AND t < :window_end AND b <> '::text'"
    spec = spec_over(_query(database, sql))
    window = Window(start=datetime(2018, 1, 3), end=datetime(2018, 1, 5))
    assert sorted(read_frame(take_snapshot(spec, store, window=window), store)["y"]) == [2, 3]
    with pytest.raises(DataError, match="asks for :window_end, and this run has none"):
        take_snapshot(spec, store)
    with pytest.raises(DataError, match="asks for :day; expected :window_start or :window_end"):
        snapshot_of(store, _query(database, "SELECT y FROM x WHERE t = :day"))


def test_values_that_change_their_kind_are_named_or_widened(database: str, store: Store) -> None:
    wider = "SELECT y, CASE WHEN y < 15 THEN y WHEN y < 18 THEN y + 0.5 END AS a FROM x"
    frame = read_frame(snapshot_of(store, _query(database, wider)), store).sort_values("y")
    assert frame["a"].tolist()[13:17] == [13.0, 14.0, 15.5, 16.5]
    mixed = "SELECT y, CASE WHEN y = 4 THEN 'four' ELSE y END AS a FROM x ORDER BY y"
    with pytest.raises(DataError, match=r"row 5 of the query, column 'a': 'four' is text among integer values"):
        snapshot_of(store, _query(database, mixed))


def test_a_column_gets_its_type_from_a_later_chunk(database: str, store: Store, monkeypatch: Any) -> None:
    monkeypatch.setattr("include.data.sources.sql_query.CHUNK", 3)
    late = "SELECT y, CASE WHEN y > 12 THEN 'x' END AS a, CASE WHEN y > 15 THEN 0.5 ELSE 1 END AS c, NULL AS d FROM x"
    dataset = snapshot_of(store, _query(database, late))
    assert kinds(dataset) == {"a": "VARCHAR", "c": "DOUBLE", "d": "DOUBLE", "y": "BIGINT"}
    assert dataset.rows == 20
    changed = "SELECT y, CASE WHEN y > 12 THEN 'x' ELSE 1 END AS a FROM x ORDER BY y"
    with pytest.raises(DataError, match=r"row 14 of the query, column 'a': 'x' is text among integer"):
        snapshot_of(store, _query(database, changed))


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT y, absent FROM x", "cannot be run: no such column: absent"),
        ("SELECT y FROM", "cannot be run: .*incomplete input"),
        ("DELETE FROM x WHERE y < 0", "returns no rows: expected a SELECT"),
        ("SELECT y FROM x WHERE y < 0", "the query returns no row"),
        ("SELECT y, a, a FROM x", "the query: column 'a' stands there twice"),
        ("SELECT y, x'00' AS a FROM x", "column 'a' of the query holds bytes values"),
        ("SELECT a FROM x", r"lacks columns that the spec names:\n  data.target: 'y'"),
        ("SELECT y, 1 AS row_hash FROM x", "'row_hash' is the name"),
    ],
)
def test_a_query_that_gives_no_table_says_why(database: str, store: Store, sql: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        snapshot_of(store, _query(database, sql))


def test_a_declared_type_is_held_to(database: str, store: Store) -> None:
    dataset = snapshot_of(store, _query(database, "SELECT y, a, t FROM x"), types={"t": "timestamp", "a": "text"})
    assert kinds(dataset) == {"a": "VARCHAR", "t": "TIMESTAMP", "y": "BIGINT"}
    with pytest.raises(DataError, match=r"row 1 of the query, column 'b': 'b0' does not read as number"):
        snapshot_of(store, _query(database, "SELECT y, b FROM x ORDER BY y"), types={"b": "number"})


def test_the_address_comes_from_a_connection_that_somebody_resolved(database: str, store: Store) -> None:
    source = {"sql": "SELECT y, a FROM x", "connection": "warehouse"}
    with pytest.raises(DataError, match="'warehouse' is an Airflow connection and nobody resolved it"):
        snapshot_of(store, source)
    access = SourceAccess(sqlalchemy_url=SecretStr(database))
    assert take_snapshot(spec_over(source), store, access=access).rows == 20
