from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from include.domain.errors import SpecError
from include.spec_files.yaml_document import Lines, parse_document

# U+2028 and U+2029 (Zl, Zp) end a line in YAML, as they do not in JSON.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zl", "Zp")))
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
DOCUMENTS = st.dictionaries(
    TEXT,
    st.recursive(
        st.none() | st.booleans() | NUMBERS | TEXT,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    ),
    min_size=1,
    max_size=5,
)


def mistakes(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        parse_document(text, "demo.yaml")
    return caught.value.problems


@given(DOCUMENTS)
def test_json_is_read_as_what_it_says(document: dict[str, object]) -> None:
    assert parse_document(json.dumps(document, ensure_ascii=False), "demo.yaml") == document


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("12:30", "12:30"),
        ("1e-3", 0.001),
        ("1.5E+2", 150.0),
        ("010", 10),
        ("0o17", 15),
        ("0xff", 255),
        ("2024-01-01", "2024-01-01"),
        ("~", None),
        ("", None),
        (".inf", float("inf")),
        ("1_000", "1_000"),
        ("<=50K", "<=50K"),
    ],
)
def test_scalars_follow_yaml_1_2_like_the_editors_that_check_specs(written: str, meant: object) -> None:
    value = parse_document(f"key: {written}\n", "demo.yaml")["key"]
    assert value == meant
    assert type(value) is type(meant)


def test_the_rules_of_other_yaml_readers_stay_as_they_were() -> None:
    parse_document("key: no\n", "demo.yaml")
    assert yaml.safe_load("key: no") == {"key": False}


@pytest.mark.parametrize("separator", ["\N{LINE SEPARATOR}", "\N{PARAGRAPH SEPARATOR}"])
def test_a_line_separator_is_a_line_break_to_yaml_and_is_counted_so(separator: str) -> None:
    assert mistakes(f"a: 1{separator}\tb: 2") == ["demo.yaml:2: a tab indents this line; YAML wants spaces"]


def test_a_key_that_stands_twice_is_refused_with_both_lines() -> None:
    text = "name: a\ndata:\n  target: x\n  time: t\n  target: y\nname: b\n"
    assert mistakes(text) == [
        "demo.yaml:5: 'target' stands twice: first in line 3",
        "demo.yaml:6: 'name' stands twice: first in line 1",
    ]


def test_a_merge_may_be_overridden() -> None:
    text = "usual: &usual\n  a: 1\n  b: 2\nspecial:\n  <<: *usual\n  b: 3\n"
    assert parse_document(text, "demo.yaml")["special"] == {"a": 1, "b": 3}


def test_a_tab_is_named() -> None:
    assert mistakes("data:\n\ttarget: x\n") == ["demo.yaml:2: a tab indents this line; YAML wants spaces"]


def test_an_unclosed_bracket_is_found_where_it_hurts() -> None:
    assert mistakes("tags: [a, b\nname: x\n")[0].startswith(
        "demo.yaml:2: YAML cannot be read here: while parsing a flow"
    )


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "---\n", "null\n"])
def test_an_empty_file_is_called_empty(text: str) -> None:
    assert mistakes(text) == ["demo.yaml: the file is empty; expected name, owner, task, data and training"]


@pytest.mark.parametrize(("text", "kind"), [("- a\n- b\n", "list"), ("churn\n", "single value")])
def test_something_other_than_a_mapping_is_refused(text: str, kind: str) -> None:
    assert mistakes(text) == [f"demo.yaml:1: expected a mapping (lines like `name: churn`), got a {kind}"]


@pytest.mark.parametrize(
    "text", ["a: 1\n---\nb: 2\n", "a: *nowhere\n", "a: \x01\n", "a: !!python/object:os.system x\n", "? [a]\n: b\n"]
)
def test_what_no_spec_needs_is_refused_without_a_traceback(text: str) -> None:
    assert mistakes(text)[0].startswith("demo.yaml")


def test_lines_are_those_of_the_file() -> None:
    lines = Lines("# comment\nname: churn\ncleaning:\n  - do: trim\n    columns: [a]\n  - do: label\n")
    assert lines.of(("name",)) == 2
    assert lines.of(("cleaning", 0, "columns")) == 5
    assert lines.of(("cleaning", 1)) == 6


def test_what_is_missing_stands_where_it_should_be() -> None:
    lines = Lines("name: churn\ndata:\n  time: t\n")
    assert lines.of(("data", "target")) == 2
    assert lines.of(("owner",)) == 1
