from __future__ import annotations

import pytest

from include.domain.markdown import cell, table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"a\b", r"a\\b"),
        ("a|b", r"a\|b"),
        ("a<b>", "a&lt;b>"),
        ("[a](b)", r"[a]\(b)"),
        ("*a*", r"\*a\*"),
        ("`a`", r"\`a\`"),
        (" a \n\n b ", "a; b"),
        (0.5, "0.5"),
    ],
)
def test_what_would_be_markup_is_shown_as_it_is_written(text: object, shown: str) -> None:
    assert cell(text) == shown


def test_a_table_has_its_columns_a_rule_and_a_line_for_every_row() -> None:
    assert table(["name", "value"], [("roc_auc", 0.9), ("a|b", None)]).splitlines() == [
        "| name | value |",
        "| --- | --- |",
        "| roc_auc | 0.9 |",
        r"| a\|b | None |",
    ]
