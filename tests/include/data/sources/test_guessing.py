from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.data.engine import literal, shared_engine
from include.data.sources.guessing import decide_type
from include.data.sources.text_types import reads_as, value_of

KINDS = ("BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN")
counts = st.integers(0, 100).flatmap(
    lambda values: st.tuples(st.just(values), st.fixed_dictionaries({kind: st.integers(0, values) for kind in KINDS}))
)


@given(counts)
def test_a_type_is_given_only_if_every_value_has_it(counted: tuple[int, dict[str, int]]) -> None:
    values, hits = counted
    guess = decide_type(values, hits)
    if values and guess.kind != "VARCHAR":
        assert hits[guess.kind] == values
    if guess.kind == "VARCHAR" and guess.mixture is None:
        assert all(hit < 0.1 * values for hit in hits.values())


def test_one_stray_value_in_many_makes_a_mixture() -> None:
    assert decide_type(1000, {"BIGINT": 999, "DOUBLE": 999}).mixture == "DOUBLE"
    assert decide_type(1000, {"DATE": 500, "TIMESTAMP": 999}).mixture == "TIMESTAMP"
    assert decide_type(1000, {"DOUBLE": 99}).mixture is None


@pytest.mark.parametrize(
    ("text", "kind", "fits"),
    [
        ("12", "BIGINT", True),
        ("1.0", "BIGINT", False),
        ("1e3", "BIGINT", False),
        ("9223372036854775807", "BIGINT", True),
        ("9223372036854775808", "BIGINT", False),
        ("9223372036854775808", "DOUBLE", False),
        ("1_0", "DOUBLE", False),
        ("1d", "DOUBLE", False),
        ("Infinity", "DOUBLE", True),
        ("2018-02-29", "DATE", False),
        ("2018-1-2", "DATE", False),
        ("2018/01/02", "DATE", False),
        ("2018-01-02 25:00", "TIMESTAMP", False),
        ("2018-01-02T10:00:00.123456789Z", "TIMESTAMP", True),
        ("2018-01-02 10:00:00 Europe/Berlin", "TIMESTAMP", False),
        ("epoch", "TIMESTAMP", False),
        ("1", "BOOLEAN", False),
        ("TRUE", "BOOLEAN", True),
    ],
)
def test_a_text_is_a_value_only_if_it_cannot_mean_anything_else(text: str, kind: str, fits: bool) -> None:
    with shared_engine() as connection:
        assert connection.execute(f"SELECT {reads_as(literal(text), kind)}").fetchall() == [(fits,)]


@settings(deadline=None, max_examples=10)
@given(st.lists(st.floats(allow_nan=False), min_size=20, max_size=20))
def test_a_number_that_python_wrote_is_read_back_exactly(numbers: list[float]) -> None:
    texts = ", ".join(f"({place}, {literal(repr(number))})" for place, number in enumerate(numbers))
    values = f"SELECT {reads_as('x', 'DOUBLE', declared=True)}, {value_of('x', 'DOUBLE')} FROM (VALUES {texts}) t(i, x)"
    with shared_engine() as connection:
        assert connection.execute(f"{values} ORDER BY i").fetchall() == [(True, number) for number in numbers]
