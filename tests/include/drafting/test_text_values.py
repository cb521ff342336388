from __future__ import annotations

import pandas as pd
import pytest

from include.drafting.text_values import clean_text
from tests.include.drafting.frames import columns


def cleaned(**values: list[str | None]) -> tuple[tuple[dict[str, object], ...], dict[str, list[object]]]:
    found = clean_text(columns(pd.DataFrame(values)))
    return found.steps, {name: series.tolist() for name, series in found.cleaned.items()}


def test_plain_text_is_left_alone() -> None:
    assert cleaned(a=["x", "y z", None]) == ((), {})


def test_white_space_is_trimmed() -> None:
    steps, values = cleaned(a=[" x", "y ", None], b=["x", "y", "z"])
    assert steps == ({"do": "trim", "columns": ["a"]},)
    assert values["a"][:2] == ["x", "y"]


def test_words_for_missing_are_mapped_to_nothing() -> None:
    steps, values = cleaned(a=["x", "?", "N/A"])
    assert steps == ({"do": "map_values", "column": "a", "values": {"?": None, "N/A": None}},)
    assert pd.isna(values["a"][1])


@pytest.mark.parametrize(
    ("texts", "step", "numbers"),
    [
        (["1,234.5", "12", "7.25"], {"do": "parse_number", "columns": ["a"]}, [1234.5, 12.0, 7.25]),
        (["$ 3.50", "$ 1,000.00"], {"do": "parse_number", "columns": ["a"]}, [3.5, 1000.0]),
        (["1.234,5", "-7,25 €"], {"do": "parse_number", "columns": ["a"], "decimal": ","}, [1234.5, -7.25]),
    ],
)
def test_numbers_in_text_are_read(texts: list[str | None], step: dict[str, object], numbers: list[float]) -> None:
    steps, values = cleaned(a=texts)
    assert steps == (step,)
    assert values["a"] == numbers


def test_a_number_column_with_words_for_missing_takes_both_steps() -> None:
    steps, values = cleaned(a=["1.5", "?", "2.5"])
    assert [step["do"] for step in steps] == ["map_values", "parse_number"]
    assert values["a"][0] == 1.5
    assert pd.isna(values["a"][1])


def test_codes_with_leading_zeros_stay_text() -> None:
    assert cleaned(a=["00501", "10115", "80331"]) == ((), {})


def test_notes_say_what_is_done() -> None:
    found = clean_text(columns(pd.DataFrame({"a": [" x", "?"], "b": ["1,000", "2"]})))
    assert found.notes == (
        "white space around values is cut off: a",
        "a: '?' is read as missing",
        "text is read as numbers: b",
    )
