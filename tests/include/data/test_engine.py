from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from include.data.engine import (
    enough_room,
    house_engine,
    identifier,
    literal,
    open_engine,
    shared_engine,
    told,
    write_parquet,
)
from include.domain.errors import UnavailableError
from tests.include.data.given import written


def test_no_file_but_the_named_ones_can_be_read(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", written(tmp_path / "secret.txt", "hush")
    allowed = written(tmp_path / "allowed.txt", "fine")
    inside.mkdir()
    with open_engine(inside, readable=[allowed]) as connection:
        assert connection.execute(f"SELECT content FROM read_text('{allowed}')").fetchall() == [("fine",)]
        for query in (
            f"SELECT * FROM read_text('{outside}')",
            f"COPY (SELECT 1) TO '{tmp_path}/x.csv'",
            "SET enable_external_access=true",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(query)


def test_a_python_variable_is_no_table() -> None:
    frame = [1, 2]
    with open_engine() as connection, pytest.raises(duckdb.CatalogException):
        connection.execute("SELECT * FROM frame")
    assert frame


def test_every_connection_to_the_shared_database_is_kept_as_small() -> None:
    frame = [1, 2]
    with shared_engine() as connection:
        assert connection.execute("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
        with pytest.raises(duckdb.CatalogException):
            connection.execute("SELECT * FROM frame")
        with pytest.raises(duckdb.Error):
            connection.execute("SELECT * FROM read_text('/etc/hostname')")
    assert frame


def test_a_view_of_the_house_belongs_to_its_connection(tmp_path: Path) -> None:
    with house_engine() as one, house_engine() as other:
        for connection, value in ((one, 1), (other, 2)):
            connection.execute(f"CREATE TEMP VIEW seen AS SELECT {value} AS x")
            write_parquet(connection, "SELECT * FROM seen", tmp_path / f"{value}.parquet")
        assert one.execute(f"SELECT x FROM '{tmp_path}/2.parquet'").fetchall() == [(2,)]
        assert other.execute("SELECT x FROM seen").fetchall() == [(2,)]


def test_names_and_texts_cannot_break_out_of_their_quotes() -> None:
    name, text = 'a"; DROP TABLE x; --', "it's \\ \" ; --"
    with open_engine() as connection:
        result = connection.execute(f"SELECT {literal(text)} AS {identifier(name)}")
        assert [column[0] for column in result.description] == [name]
        assert result.fetchall() == [(text,)]


def test_rows_keep_their_order_where_it_is_asked_for(tmp_path: Path) -> None:
    with open_engine(tmp_path) as connection:
        write_parquet(connection, "SELECT hash(i) AS h FROM range(300000) t(i)", tmp_path / "x.parquet")
    with open_engine(tmp_path, keeps_order=True) as connection:
        query = f"SELECT h FROM read_parquet('{tmp_path}/x.parquet') ORDER BY h"
        values = connection.sql(query).to_arrow_table().column("h").to_pylist()
    assert values == sorted(values)


def test_a_full_disk_and_a_small_memory_are_worth_another_try() -> None:
    for error in (duckdb.IOException("IO Error: No space left on device"), OSError(28, "No space left on device")):
        with pytest.raises(UnavailableError, match="make room"), enough_room():
            raise error
    with pytest.raises(UnavailableError, match="memory"), enough_room():
        raise duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block")
    with pytest.raises(duckdb.IOException), enough_room():
        raise duckdb.IOException("IO Error: something else")


def test_a_message_is_short_and_for_people() -> None:
    assert told(Exception("Binder Error: no function f\n\nLINE 1: SELECT f(x)\n     ^")) == "no function f"
    assert len(told(Exception("x" * 1000))) == 240
