from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from include.drafting.yaml_text import WIDTH, Page, flow, one_line, scalar
from include.spec_files.yaml_document import parse_document

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=8
)


@given(key=TEXT, value=VALUES)
def test_whatever_is_written_is_read_back(key: str, value: Any) -> None:
    page = Page()
    page.entry(key, value)
    assert parse_document(page.text(), "page") == {key: value}


@given(TEXT)
def test_text_is_text_to_yaml_readers_of_either_age(text: str) -> None:
    written = f"key: {scalar(text)}\n"
    assert parse_document(written, "page") == {"key": text}
    assert yaml.safe_load(written) == {"key": text}


@given(st.lists(TEXT, max_size=5))
def test_text_in_brackets_is_read_back(texts: list[str]) -> None:
    assert parse_document(f"key: {flow(texts)}\n", "page") == {"key": texts}


@given(TEXT)
def test_no_comment_escapes_from_its_line(text: str) -> None:
    page = Page()
    page.say(text)
    page.put("key: 1", beside=text)
    assert parse_document(page.text(), "page") == {"key": 1}
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    "text", ["no", "Yes", "null", "1998 Q1", "1e3", "12:30", "<=50K", "a: b", "- a", "", " a", "a #b"]
)
def test_text_that_means_something_else_is_quoted(text: str) -> None:
    assert scalar(text).startswith('"')


@pytest.mark.parametrize("text", ["fare_amount", "New South Wales", "hours-per-week", "Größe", "data/churn.parquet"])
def test_plain_text_stays_plain(text: str) -> None:
    assert scalar(text) == text


def test_long_lists_take_a_line_an_item() -> None:
    page = Page()
    page.entry("columns", [f"column_{i}" for i in range(30)])
    assert page.text().splitlines()[:2] == ["columns:", "  - column_0"]
    assert all(len(line) <= WIDTH for line in page.text().splitlines())


def test_a_comment_that_does_not_fit_beside_stands_above() -> None:
    page = Page()
    page.put("key: 1", beside="word " * 40)
    lines = page.text().splitlines()
    assert lines[-1] == "key: 1"
    assert all(line.startswith("# word") for line in lines[:-1])
