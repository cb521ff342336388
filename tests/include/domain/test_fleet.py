from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from include.domain.fleet import MISSING, segment_key

plain = st.text(alphabet="a/ ", min_size=1)


@given(st.tuples(plain, plain), st.tuples(plain, plain))
def test_other_values_are_another_segment(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (segment_key(one) == segment_key(other)) == (one == other)


def test_rows_without_a_value_are_a_segment_too() -> None:
    assert segment_key([None, "b"]) == f"{MISSING} / b"


def test_a_slash_within_a_value_is_doubled() -> None:
    assert segment_key(["Food/Drink", "North"]) == "Food//Drink / North"
