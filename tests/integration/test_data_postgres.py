"""A real PostgreSQL as a source: the same content as from files, as a stream, in UTC, and never written to."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy
from pydantic import SecretStr

from include.data.access import SourceAccess
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.domain.errors import DataError, UnavailableError
from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.storage.store import Store, open_store
from tests.specs import a_spec

pytestmark = pytest.mark.integration

RIDGE = {"estimator": "sklearn.linear_model.Ridge"}
# Rows of a query are put down twice, few and many, and the growth of the process between is printed.
_STREAM = """
import sys
from pathlib import Path
from include.data.access import UNRESOLVED
from include.data.sources.sql_query import read_query
from include.data.windows import ALWAYS
from include.domain.spec.data import SqlSource
from include.training.step_costs import peak_memory_bytes

def rows(limit):
    source = SqlSource(sql=f"{sys.argv[2]} LIMIT {limit}", url=sys.argv[1])
    folder = Path(sys.argv[3], str(limit))
    folder.mkdir()
    return read_query(None, source, types={}, window=ALWAYS, access=UNRESOLVED, folder=folder).files.rows

rows(20_000)
before = peak_memory_bytes()
print(rows(400_000), (peak_memory_bytes() - before) // 2**20)
"""
NOBODY = "postgresql://reader:hush-hush@127.0.0.1:1/shop"


@pytest.fixture
def address() -> str:
    return os.environ.get("SLUICE_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")


@pytest.fixture
def database(address: str) -> Iterator[sqlalchemy.Connection]:
    """Yield a connection to a schema of its own, which is dropped afterwards."""
    schema = f"sluice_{uuid.uuid4().hex[:12]}"
    try:
        engine = sqlalchemy.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
        connection = engine.connect()
    except sqlalchemy.exc.OperationalError:
        pytest.skip("no PostgreSQL: SLUICE_TEST_POSTGRES names none, and none answers at 127.0.0.1:5432")
    connection.execute(sqlalchemy.text(f"CREATE SCHEMA {schema}"))
    connection.execute(sqlalchemy.text(f"SET search_path TO {schema}"))
    connection.info["schema"] = schema
    yield connection
    connection.execute(sqlalchemy.text(f"DROP SCHEMA {schema} CASCADE"))
    connection.close()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "store"))


def _spec(database: sqlalchemy.Connection, address: str, sql: str, target: str = "y", **data: object) -> ModelSpec:
    source = {"sql": sql.format(schema=database.info["schema"]), "url": address}
    return a_spec(task="regression", data={"source": source, "target": target, **data}, training=RIDGE)


def test_adult_is_the_same_from_a_table_and_from_parquet(
    database: sqlalchemy.Connection, address: str, store: Store
) -> None:
    path = Path(os.environ.get("SLUICE_REAL_DATA", "real-data"), "adult.parquet")
    if not path.is_file():
        pytest.skip("SLUICE_REAL_DATA names no folder with adult.parquet")
    frame = pd.read_parquet(path)
    frame.to_sql("adult", database, schema=database.info["schema"], index=False, chunksize=2000, method="multi")
    table = a_spec(
        name="adult",
        data={"source": {"sql": f"SELECT * FROM {database.info['schema']}.adult", "url": address}, "target": "class"},
    )
    file = a_spec(name="adult", data={"source": str(path), "target": "class"})
    from_table, from_file = take_snapshot(table, store), take_snapshot(file, store)
    assert from_table.fingerprint == from_file.fingerprint
    assert from_table.rows == 48_842
    pd.testing.assert_frame_equal(read_frame(from_table, store), read_frame(from_file, store), check_exact=True)


def test_every_ordinary_type_becomes_canonical(database: sqlalchemy.Connection, address: str, store: Store) -> None:
    database.execute(sqlalchemy.text("CREATE TYPE mood AS ENUM ('sad', 'happy')"))
    database.execute(
        sqlalchemy.text(
            "CREATE TABLE x (y int, a smallint, b bigint, c real, d double precision, e numeric(12, 2), f text,"
            " g char(3), h mood, i boolean, j date, k timestamp, l timestamptz, m uuid, n time, o text)"
        )
    )
    database.execute(
        sqlalchemy.text(
            "INSERT INTO x VALUES (1, 2, 9007199254740993, 0.1, 0.1, 12.34, 'a', 'b', 'happy', true, '2018-01-01',"
            " '2018-01-01 10:00', '2018-01-01 10:00+02', '00000000-0000-0000-0000-000000000001', '10:20', ''),"
            " (2, 3, 4, 'NaN', 'Infinity', NULL, '', NULL, 'sad', false, NULL, NULL, NULL, NULL, NULL, NULL)"
        )
    )
    dataset = take_snapshot(_spec(database, address, "SELECT * FROM {schema}.x"), store)
    frame = read_frame(dataset, store).sort_values("y")
    kinds = "".join(column.type[0] for column in dataset.columns)
    assert kinds == "BBDDDVVVBDTTVVDB"
    first = frame.iloc[0]
    assert (first["b"], first["c"], first["d"], first["e"]) == (9007199254740993, 0.10000000149011612, 0.1, 12.34)
    assert first["l"] == pd.Timestamp("2018-01-01 08:00", tz="UTC")
    assert frame["c"].isna().tolist() == [False, True]
    assert frame["d"].tolist() == [0.1, float("inf")]
    assert frame["o"].isna().all()


def test_the_window_is_utc_whatever_zone_the_server_prefers(
    database: sqlalchemy.Connection, address: str, store: Store
) -> None:
    database.execute(sqlalchemy.text("CREATE TABLE x (y int, a timestamptz, b timestamp)"))
    for hour in (22, 23):
        moment = f"2017-12-31 {hour}:30"
        database.execute(sqlalchemy.text(f"INSERT INTO x VALUES ({hour}, '{moment}+00', '{moment}')"))
    window = Window(start=datetime(2017, 12, 31, 23, tzinfo=UTC), end=datetime(2018, 1, 1, tzinfo=UTC))
    zoned = f"{address}?options=-ctimezone%3DAsia%2FTokyo"
    for column in ("a", "b"):
        sql = f"SELECT y, a, b FROM {{schema}}.x WHERE {column} >= :window_start AND {column} < :window_end"
        spec = _spec(database, zoned, sql, time=column)
        assert read_frame(take_snapshot(spec, store, window=window), store)["y"].tolist() == [23]


def test_nothing_can_be_written_through_a_query(database: sqlalchemy.Connection, address: str, store: Store) -> None:
    database.execute(sqlalchemy.text("CREATE TABLE x (y int, a int)"))
    database.execute(sqlalchemy.text("INSERT INTO x VALUES (1, 2)"))
    with pytest.raises(DataError, match=r"cannot be run: .*(DELETE|read-only transaction)"):
        take_snapshot(_spec(database, address, "DELETE FROM {schema}.x RETURNING *"), store)
    assert database.execute(sqlalchemy.text("SELECT count(*) FROM x")).scalar() == 1


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT * FROM nowhere", 'cannot be run: .*relation "nowhere" does not exist'),
        ("SELECT 1 AS y, ARRAY[1] AS a", "column 'a' of the query holds list values"),
        ("SELECT 1 AS y, '{{}}'::jsonb AS a", "column 'a' of the query holds dict values"),
        ("SELECT 1 AS y, 1 / 0 AS a", "cannot be run: .*division by zero"),
        ("SELECT 1 AS y, 12345678901234567890 AS a", "a"),
    ],
)
def test_a_query_that_gives_no_table_says_why(
    database: sqlalchemy.Connection, address: str, store: Store, sql: str, says: str
) -> None:
    if says == "a":
        assert take_snapshot(_spec(database, address, sql), store).rows == 1
        return
    with pytest.raises(DataError, match=says):
        take_snapshot(_spec(database, address, sql), store)


def test_a_server_that_does_not_answer_is_worth_another_try_and_keeps_its_password(store: Store) -> None:
    source = {"sql": "SELECT 1 AS y", "connection": "shop"}
    spec = a_spec(task="regression", data={"source": source, "target": "y"}, training=RIDGE)
    with pytest.raises(UnavailableError, match=r"the database at 127.0.0.1 does not answer") as caught:
        take_snapshot(spec, store, access=SourceAccess(sqlalchemy_url=SecretStr(NOBODY)))
    assert "hush-hush" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_no_password_is_left_in_the_store(
    database: sqlalchemy.Connection, address: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_PASSWORD", "hush-hush")
    url = sqlalchemy.make_url(address)
    spec = _spec(
        database,
        f"postgresql://{url.username}:${{TEST_PASSWORD}}@{url.host}:{url.port}/{url.database}",
        "SELECT 1 AS y, 2 AS a",
    )
    dataset = take_snapshot(spec, store)
    assert dataset.source == f"postgresql://{url.host}:{url.port}/{url.database}"
    stored = b"".join(path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file())
    assert b"hush-hush" not in stored


def test_rows_stream_and_never_lie_in_memory_together(
    address: str, database: sqlalchemy.Connection, tmp_path: Path
) -> None:
    sql = "SELECT i AS y, repeat(md5(i::text), 20) AS a FROM generate_series(1, 400000) AS s(i)"
    done = subprocess.run([sys.executable, "-c", _STREAM, address, sql, str(tmp_path)], capture_output=True, check=True)
    rows, megabytes = map(int, done.stdout.split())
    assert rows == 400_000
    # The texts alone are 256 MB.
    assert megabytes < 100
