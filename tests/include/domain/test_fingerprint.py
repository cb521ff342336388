from __future__ import annotations

import math
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from include.domain.fingerprint import CAUSES_SHOWN, Fingerprint

leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
values = leaves | st.lists(leaves, max_size=2) | st.dictionaries(st.sampled_from("ab"), leaves, max_size=2)
parts = st.dictionaries(st.sampled_from(("data", "code", "parameters")), values, max_size=3)


@given(parts)
def test_nothing_changed_since_itself(content: dict[str, Any]) -> None:
    assert Fingerprint(parts=content).causes(since=Fingerprint(parts=content)) == []


@given(parts)
def test_the_order_of_the_parts_does_not_matter(content: dict[str, Any]) -> None:
    turned = dict(reversed(content.items()))
    assert Fingerprint(parts=turned).value == Fingerprint(parts=content).value


@given(parts, parts)
def test_another_value_always_has_a_cause(old: dict[str, Any], new: dict[str, Any]) -> None:
    before, after = Fingerprint(parts=old), Fingerprint(parts=new)
    assert before.value == after.value or after.causes(since=before)


@given(parts)
@example({"parameters": {"bounds": [math.inf, -math.inf, math.nan]}})
def test_a_fingerprint_survives_the_way_through_json(content: dict[str, Any]) -> None:
    before = Fingerprint(parts=content)
    after = Fingerprint.model_validate(before.to_json())
    assert after.value == before.value
    assert after.causes(since=before) == []


def test_causes_name_what_is_new_gone_and_changed() -> None:
    old = Fingerprint(parts={"data": "a" * 64, "parameters": {"depth": 3, "seed": 7}})
    new = Fingerprint(parts={"data": "b" * 64, "parameters": {"depth": 3, "rate": 0.1}})
    assert new.causes(since=old) == [
        f"data changed from {'a' * 12} to {'b' * 12}",
        "parameters.rate is new: 0.1",
        "parameters.seed is gone (was 7)",
    ]


def test_long_values_are_cut_for_the_reader() -> None:
    cause = Fingerprint(parts={"code": "x" * 500}).causes(since=Fingerprint(parts={"code": "y"}))[0]
    assert len(cause) < 120


def test_values_that_python_calls_equal_are_told_apart() -> None:
    old, new = (Fingerprint(parts={"parameters": {"depth": depth}}) for depth in (False, 0))
    assert new.causes(since=old) == ["parameters.depth changed from False to 0"]


def test_numbers_that_json_lacks_are_spelled() -> None:
    bounds = [math.nan, math.inf, -math.inf, 0.5, 1.5]
    assert Fingerprint(parts={"bounds": bounds}).parts == {"bounds": ["NaN", "Infinity", "-Infinity", 0.5, 1.5]}


def test_the_cause_is_one_line_that_counts_what_it_leaves_out() -> None:
    def of(changed: int) -> str:
        old = Fingerprint(parts={f"part{number}": 0 for number in range(9)})
        new = Fingerprint(parts={f"part{number}": int(number < changed) for number in range(9)})
        return new.cause(since=old)

    lines = [f"part{number} changed from 0 to 1" for number in range(9)]
    assert of(0) == ""
    assert of(2) == f"{lines[0]}; {lines[1]}"
    assert of(CAUSES_SHOWN) == "; ".join(lines[:5])
    assert of(CAUSES_SHOWN + 1) == "; ".join(lines[:5]) + "; and 1 more"
    assert of(8) == "; ".join(lines[:5]) + "; and 3 more"


def test_a_whole_that_changed_its_kind_is_named_without_a_part() -> None:
    old, new = Fingerprint(parts={"a": {"b": 1}}), Fingerprint(parts={"a": 1})
    assert new.causes(since=old) == ["a changed from {'b': 1} to 1"]


def test_only_hashes_are_cut_to_twelve_signs_and_other_texts_to_fifty_eight() -> None:
    def shown(text: str) -> str:
        cause = Fingerprint(parts={"code": text}).causes(since=Fingerprint(parts={"code": ""}))[0]
        return cause.removeprefix("code changed from  to ")

    assert shown("ab" * 32) == "ab" * 6
    assert shown("xy" * 32) == ("xy" * 32)[:57] + "…"
    assert shown("ab" * 31) == ("ab" * 31)[:57] + "…"
    assert shown("ab" * 10) == "ab" * 10
    assert shown("x" * 60) == "x" * 60
    assert shown("x" * 61) == "x" * 57 + "…"
    assert shown("X" * 64) == "X" * 57 + "…"
