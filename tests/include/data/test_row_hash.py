from __future__ import annotations

import hashlib

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.data.column_types import text_of
from include.data.engine import identifier, literal, shared_engine
from include.data.row_hash import content_of, fingerprint_of, row_hash_of, sums_of

texts = st.text(max_size=5).filter(lambda text: "\x00" not in text)
rows = st.dictionaries(st.sampled_from(["a", "b", "a:b", "é"]), st.none() | texts, min_size=1)


@pytest.fixture(scope="module")
def connection():
    with shared_engine() as opened:
        yield opened


def _content(row: dict[str, str | None]) -> bytes:
    """Netstrings, written down independently of the SQL."""
    parts = b""
    for name in sorted(row):
        value = row[name]
        if value is not None:
            name_bytes, value_bytes = name.encode(), value.encode()
            parts += b"%d:%s=%d:%s" % (len(name_bytes), name_bytes, len(value_bytes), value_bytes)
    return parts


def _row_query(row: dict[str, str | None]) -> str:
    values = [
        f"CAST({'NULL' if value is None else literal(value)} AS VARCHAR) AS {identifier(name)}"
        for name, value in row.items()
    ]
    return f"SELECT {', '.join(values)}"


@settings(max_examples=60, deadline=None)
@given(rows)
def test_the_hash_is_the_second_half_of_an_md5_over_names_and_values(
    connection: duckdb.DuckDBPyConnection, row: dict[str, str | None]
) -> None:
    columns = dict.fromkeys(row, "VARCHAR")
    found = connection.execute(f"SELECT {row_hash_of(columns)} FROM ({_row_query(row)})").fetchall()[0][0]
    assert found == int.from_bytes(hashlib.md5(_content(row)).digest()[8:], "little")


@settings(max_examples=60, deadline=None)
@given(rows, rows)
def test_rows_that_differ_have_different_content(
    connection: duckdb.DuckDBPyConnection, one: dict[str, str | None], other: dict[str, str | None]
) -> None:
    contents = [
        connection.execute(f"SELECT {content_of(dict.fromkeys(row, 'VARCHAR'))} FROM ({_row_query(row)})").fetchall()
        for row in (one, other)
    ]
    said = [{name: value for name, value in row.items() if value is not None} for row in (one, other)]
    assert (contents[0] == contents[1]) == (said[0] == said[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("CAST(1 AS BIGINT)", "BIGINT"), ("CAST(1.0 AS DOUBLE)", "DOUBLE")),
        (("CAST(1 AS BIGINT)", "BIGINT"), ("'1'", "VARCHAR")),
        (("DATE '2018-01-01'", "DATE"), ("TIMESTAMP '2018-01-01 00:00:00'", "TIMESTAMP")),
        (("CAST(0.0 AS DOUBLE)", "DOUBLE"), ("CAST(-0.0 AS DOUBLE)", "DOUBLE")),
    ],
)
def test_a_value_is_spelled_alike_under_types_that_a_column_may_change_between(
    connection: duckdb.DuckDBPyConnection, one: tuple[str, str], other: tuple[str, str]
) -> None:
    spelled = connection.execute(f"SELECT {text_of(*one)}, {text_of(*other)}").fetchall()[0]
    assert spelled[0] == spelled[1]


@pytest.mark.parametrize("value", ["0.1", "1e300", "-2.5", "123456789.25", "1e16", "'infinity'"])
def test_the_spelling_of_a_number_loses_nothing(connection: duckdb.DuckDBPyConnection, value: str) -> None:
    number = f"CAST({value} AS DOUBLE)"
    assert connection.execute(f"SELECT CAST({text_of(number, 'DOUBLE')} AS DOUBLE) = {number}").fetchall() == [(True,)]


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_a_fingerprint_does_not_depend_on_the_order_and_counts_every_copy(hashes: list[int], random) -> None:
    def total(values: list[int]) -> str:
        return fingerprint_of({"a": "BIGINT"}, len(values), sum(values), sum(value * 3 for value in values))

    shuffled = random.sample(hashes, len(hashes))
    assert total(shuffled) == total(hashes)
    assert total([*hashes, hashes[0]]) != total(hashes)


def test_a_fingerprint_adds_modulo_two_to_the_128() -> None:
    said = '{"columns":{"a":"BIGINT"},"rows":1,"sum":"%032x"}' % ((3 + (2**70 << 64)) % 2**128)
    assert fingerprint_of({"a": "BIGINT"}, 1, 3, 2**70) == hashlib.sha256(said.encode()).hexdigest()


def test_a_fingerprint_tells_names_and_types_apart() -> None:
    known = fingerprint_of({"a": "BIGINT"}, 1, 2, 3)
    assert known != fingerprint_of({"b": "BIGINT"}, 1, 2, 3)
    assert known != fingerprint_of({"a": "DOUBLE"}, 1, 2, 3)
    assert known != fingerprint_of({"a": "BIGINT"}, 2, 2, 3)


def test_the_sums_hold_more_than_64_bits(connection: duckdb.DuckDBPyConnection) -> None:
    low, high = sums_of("h")
    found = connection.execute(f"SELECT {low}, {high} FROM (SELECT 7::UBIGINT AS h FROM range(1000))").fetchall()[0]
    halves = hashlib.md5(b"7").digest()
    assert found == tuple(1000 * int.from_bytes(half, "little") for half in (halves[8:], halves[:8]))
