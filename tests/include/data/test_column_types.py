from __future__ import annotations

import pytest

from include.data.column_types import canonical_type, canonical_value
from include.data.engine import shared_engine
from include.domain.errors import DataError


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("CAST(7 AS TINYINT)", "BIGINT", 7),
        ("CAST(7 AS UBIGINT)", "BIGINT", 7),
        ("CAST(0.5 AS FLOAT)", "DOUBLE", 0.5),
        ("CAST(1.25 AS DECIMAL(9, 2))", "DOUBLE", 1.25),
        ("CAST('nan' AS DOUBLE)", "DOUBLE", None),
        ("''", "VARCHAR", None),
        ("CAST('a' AS ENUM('a', 'b'))", "VARCHAR", "a"),
        ("TIME '10:20:30'", "VARCHAR", "10:20:30"),
        ("true", "BOOLEAN", True),
        ("NULL", "DOUBLE", None),
    ],
)
def test_every_value_gets_one_of_six_types(value: str, kind: str, expected: object) -> None:
    with shared_engine() as connection:
        given = connection.execute(f"DESCRIBE SELECT {value} AS x").fetchall()[0][1]
        found = connection.execute(
            f"SELECT x, typeof(x) FROM (SELECT {canonical_value('x', given, 'x')} AS x FROM (SELECT {value} AS x))"
        )
        assert canonical_type(given, "x") == kind
        assert found.fetchall()[0][0] == expected


def test_a_moment_with_a_zone_is_stored_in_utc() -> None:
    moment = "CAST('2018-01-01 10:00:00+02:00' AS TIMESTAMPTZ)"
    with shared_engine() as connection:
        value = canonical_value(moment, "TIMESTAMP WITH TIME ZONE", "x")
        assert connection.execute(f"SELECT CAST({value} AS VARCHAR), typeof({value})").fetchall() == [
            ("2018-01-01 08:00:00", "TIMESTAMP")
        ]


@pytest.mark.parametrize(
    "kind",
    ["INTEGER[]", "STRUCT(a BIGINT)", "MAP(VARCHAR, BIGINT)", "BLOB", "INTERVAL", "DECIMAL(3,1)[]", "ENUM('a')[]"],
)
def test_what_is_no_single_value_is_refused_by_the_name_of_its_column(kind: str) -> None:
    with pytest.raises(DataError, match=r"column 'clicks' holds .*leave the column out at the source"):
        canonical_type(kind, "clicks")
