from __future__ import annotations

import pytest

from include.data.engine import shared_engine
from include.data.steps.expressions import check_expression
from include.domain.errors import DataError

COLUMNS = ("a", "Marital status", "t")


def _check(expression: str) -> set[str]:
    with shared_engine() as connection:
        return check_expression(connection, expression, COLUMNS, "cleaning.0 (derive)")


@pytest.mark.parametrize(
    "expression",
    [
        "a + 1",
        "a / nullif(a, 0)",
        "A",
        '"Marital status"',
        "\"marital status\" LIKE 'M%'",
        "CASE WHEN a > 1 THEN 'x' ELSE 'y' END",
        "extract(hour FROM t)",
        "t + INTERVAL 1 DAY",
        "t::DATE",
        "try_cast(a AS DOUBLE)",
        "a IN (1, 2) AND a IS NOT NULL OR NOT a BETWEEN 1 AND 2",
        "coalesce(a, 0)",
        "split_part(\"Marital status\", '-', 1)",
        "date_diff('minute', t, t)",
        "a -- with a comment",
        "if(a > 1, 2, 3)",
        "regexp_matches(\"Marital status\", '^M')",
        "age(t, t)",
    ],
)
def test_a_formula_over_the_row_is_let_through(expression: str) -> None:
    assert _check(expression) <= set(COLUMNS)


def test_the_columns_that_it_reads_are_told_as_the_table_spells_them() -> None:
    assert _check('A + length("marital STATUS")') == {"a", "Marital status"}


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("(SELECT 1)", "a query within"),
        ("a IN (SELECT 1)", "a query within"),
        ("EXISTS (SELECT 1)", "a query within"),
        ("a = ANY([1, 2])", "a query within"),
        ("sum(a)", "sum is an aggregate function"),
        ("count(*)", "count_star is an aggregate function"),
        ("sum(a) FILTER (WHERE a > 1)", "sum is an aggregate function"),
        ("lag(a) OVER ()", "a window over other rows"),
        ("row_number() OVER (ORDER BY a)", "a window over other rows"),
        ("random()", "random does not give the same result every time"),
        ("uuid()", "uuid does not give"),
        ("now()", "now does not give"),
        ("today()", "today does not give"),
        ("current_date", "'current_date' is no column of the row"),
        ("current_timestamp", "'current_timestamp' is no column"),
        ("age(t)", "age reads the clock"),
        ("pg_sleep(1)", "sleep_ms does not give"),
        ("nextval('s')", "nextval does not give"),
        ("getvariable('x')", "getvariable does not give"),
        ("current_setting('threads')", "current_setting does not give"),
        ("read_text('/etc/passwd')", "read_text is a table function"),
        ("read_csv('x.csv')", "read_csv is a table function"),
        ("unnest([1, 2])", "unnest"),
        ("*", "a star"),
        ("COLUMNS(*)", "a star"),
        ("$1", "a parameter"),
        ("?", "a parameter"),
        ("#1", "positional reference"),
        ("list_transform([a], lambda x: x + 1)", "a function of its own"),
        ("b + 1", "'b' is no column of the row; there are Marital status, a, t"),
        ("raw.a", "'raw.a' is no column"),
        ("row_hash", "'row_hash' is no column"),
        ("nosuchfunction(a)", "there is no function 'nosuchfunction'"),
        ("a; DROP TABLE raw", "syntax error"),
        ("a FROM raw", "syntax error"),
        ("a AS b", "syntax error"),
        ("a) FROM raw --", "more than one value|syntax error"),
        ("1), (2", "more than one value"),
        ("1) WHERE (true", "more than one value"),
        ("1) UNION SELECT (2", "more than one value"),
        ("1); SELECT (2", "more than one value"),
        ("1) FROM read_text('/etc/passwd') WHERE (true", "more than one value"),
        ("1) LIMIT (1", "more than one value"),
        ("a +", "syntax error"),
        ("", "the expression is empty"),
    ],
)
def test_everything_else_is_refused_with_the_step(expression: str, says: str) -> None:
    with pytest.raises(DataError, match=says) as caught:
        _check(expression)
    assert str(caught.value).startswith("cleaning.0 (derive)")
