"""Failing rows: the conditions of Great Expectations about single rows, written in SQL with the same answers.

Where an argument does not fit the kind of its column there is no SQL, and Great Expectations is asked on pandas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite, isnan
from typing import Any

from include.quality.snapshot_rows import Kind, SnapshotRows, identifier

NUMBERS: tuple[Kind, ...] = ("number", "single", "whole")
_EXACT = 2**53

Arguments = Mapping[str, Any]


def fails(metric: str, rows: SnapshotRows, arguments: Arguments) -> str | None:
    """Return the SQL that holds for every row which fails, or None where there is none.

    Parameters
    ----------
    metric : str
        As Great Expectations calls it: ``column_values.between``.
    rows : SnapshotRows
    arguments : mapping
        Of the metric and of its domain: ``column``, ``min_value``, …
    """
    if metric in _OF_PAIRS:
        return _OF_PAIRS[metric](rows, arguments)
    kind = rows.kinds.get(str(arguments.get("column")))
    if kind is None:
        return None
    column = identifier(arguments["column"])
    if metric == "column_values.nonnull":
        return f"{column} IS NULL"
    if metric == "column_values.null":
        return f"{column} IS NOT NULL"
    if metric not in _OF_VALUES:
        return None
    holds = _OF_VALUES[metric](column, kind, arguments)
    return None if holds is None else f"({column} IS NOT NULL AND NOT ({holds}))"


def considered(rows: SnapshotRows, arguments: Arguments) -> str | None:
    """Return the SQL that holds for the rows which a condition on two columns looks at."""
    pair = [arguments.get(f"column_{side}") for side in "AB"]
    if any(name not in rows.kinds for name in pair):
        return None
    first, second = (identifier(str(name)) for name in pair)
    ignoring = {
        "both_values_are_missing": f"NOT ({first} IS NULL AND {second} IS NULL)",
        "either_value_is_missing": f"({first} IS NOT NULL AND {second} IS NOT NULL)",
        "neither": "true",
    }
    return ignoring.get(str(arguments.get("ignore_row_if")))


def literal(value: Any, kind: Kind) -> str | None:
    """Return a value as SQL writes it beside a column of that kind, or None where the two do not compare.

    Examples
    --------
    >>> literal(3, "whole"), literal("it's", "text"), literal("3", "number")
    ("CAST('3.0' AS DOUBLE)", "'it''s'", None)
    """
    if kind in NUMBERS and isinstance(value, int | float) and not isinstance(value, bool):
        exact = not isnan(value) and (not isfinite(value) or isinstance(value, float) or abs(value) <= _EXACT)
        return f"CAST('{float(value)!r}' AS DOUBLE)" if exact else None
    if kind == "text" and isinstance(value, str) and "\0" not in value:
        escaped = value.replace("'", "''")
        return f"'{escaped}'"
    if kind == "flag" and isinstance(value, bool):
        return str(value).lower()
    if kind == "moment" and isinstance(value, datetime) and value.tzinfo is not None:
        return f"TIMESTAMP '{value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=' ')}'"
    return None


def _between(column: str, kind: Kind, arguments: Arguments) -> str | None:
    return None if kind in ("text", "flag") else _within(column, kind, arguments)


def _within(value: str, kind: Kind, arguments: Arguments) -> str | None:
    low, high = arguments.get("min_value"), arguments.get("max_value")
    parts = []
    try:
        if (low is None and high is None) or (low is not None and high is not None and low > high):
            return None
    except TypeError:
        return None
    for bound, sign, strict in ((low, ">", "strict_min"), (high, "<", "strict_max")):
        if bound is not None:
            written = literal(bound, kind)
            if written is None:
                return None
            parts.append(f"{value} {sign}{'' if arguments.get(strict) else '='} {written}")
    return " AND ".join(parts)


def _in_set(column: str, kind: Kind, arguments: Arguments) -> str | None:
    values = arguments.get("value_set")
    if kind == "moment" or not isinstance(values, Sequence | set | frozenset) or isinstance(values, str):
        return None
    written = [literal(value, kind) for value in values]
    if not written:
        return "false"
    return None if None in written else f"{column} IN ({', '.join(map(str, written))})"


def _not_in_set(column: str, kind: Kind, arguments: Arguments) -> str | None:
    holds = _in_set(column, kind, arguments)
    return None if holds is None else f"NOT ({holds})"


def _matches(column: str, kind: Kind, arguments: Arguments) -> str | None:
    written = literal(arguments.get("regex"), "text") if kind == "text" else None
    # Both sides search with RE2; what it cannot read makes the query fail, and pandas is asked.
    return None if written is None else f"regexp_matches({column}, {written})"


def _does_not_match(column: str, kind: Kind, arguments: Arguments) -> str | None:
    holds = _matches(column, kind, arguments)
    return None if holds is None else f"NOT {holds}"


def _length_between(column: str, kind: Kind, arguments: Arguments) -> str | None:
    return _within(f"length({column})", "whole", arguments) if kind == "text" else None


def _length_equals(column: str, kind: Kind, arguments: Arguments) -> str | None:
    written = literal(arguments.get("value"), "whole") if kind == "text" else None
    return None if written is None else f"length({column}) = {written}"


def _pair(sign: Callable[[Arguments], str]) -> Callable[[SnapshotRows, Arguments], str | None]:
    def failing(rows: SnapshotRows, arguments: Arguments) -> str | None:
        looked_at = considered(rows, arguments)
        if looked_at is None:
            return None
        first, second = arguments["column_A"], arguments["column_B"]
        kinds = {rows.kinds[first], rows.kinds[second]}
        if not (kinds <= set(NUMBERS) or kinds == {"moment"}):
            return None
        holds = f"{identifier(first)} {sign(arguments)} {identifier(second)}"
        return f"({looked_at} AND NOT coalesce({holds}, false))"

    return failing


_OF_VALUES: dict[str, Callable[[str, Kind, Arguments], str | None]] = {
    "column_values.between": _between,
    "column_values.in_set": _in_set,
    "column_values.not_in_set": _not_in_set,
    "column_values.match_regex": _matches,
    "column_values.not_match_regex": _does_not_match,
    "column_values.value_length.between": _length_between,
    "column_values.value_length.equals": _length_equals,
}
_OF_PAIRS: dict[str, Callable[[SnapshotRows, Arguments], str | None]] = {
    "column_pair_values.a_greater_than_b": _pair(lambda arguments: ">=" if arguments.get("or_equal") else ">"),
    "column_pair_values.equal": _pair(lambda _: "="),
}
