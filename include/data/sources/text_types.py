"""Text as values: which texts are a number, a day, a moment or a truth value, and nothing is rounded to look like one.

Only what can mean one thing is read: ISO 8601 for time, a decimal point, no separators, no codes such as ``00501``.
"""

from __future__ import annotations

from include.data.engine import literal

_WHOLE = r" *[+-]?(0|[1-9][0-9]*) *"
_WHOLE_DECLARED = r" *[+-]?[0-9]+ *"
_EXPONENT = r"[eE][+-]?[0-9]+"
_FRACTION = rf"((0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)({_EXPONENT})?|(0|[1-9][0-9]*){_EXPONENT}"
# A longer whole number would lose digits, so it is rather a code.
_NUMBER = rf" *([+-]?((0|[1-9][0-9]{{0,17}})|{_FRACTION})|(?i:[+-]?inf(inity)?|nan)) *"
_NUMBER_DECLARED = rf" *([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)({_EXPONENT})?|(?i:[+-]?inf(inity)?|nan)) *"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT = _DAY + r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
_TRUTH = r"(?i:true|false)"
_TRUTH_DECLARED = r"(?i:true|false|t|f|yes|no|y|n|1|0)"

_PATTERNS = {
    "BIGINT": (_WHOLE, _WHOLE_DECLARED),
    "DOUBLE": (_NUMBER, _NUMBER_DECLARED),
    "DATE": (_DAY, _DAY),
    "TIMESTAMP": (_MOMENT, _MOMENT),
    "BOOLEAN": (_TRUTH, _TRUTH_DECLARED),
}


def reads_as(text: str, kind: str, *, declared: bool = False) -> str:
    """Return SQL that tells whether a text is a value of a canonical type.

    Parameters
    ----------
    text : str
        SQL of the text.
    kind : str
        A canonical type other than VARCHAR.
    declared : bool
        Whether the spec says that it is one, so that ``007`` is a number and ``yes`` a truth value.
    """
    looks = f"regexp_full_match({text}, {literal(_PATTERNS[kind][declared])})"
    # Both sides of AND would be computed for every text, and an attempt at a moment is slow where it fails.
    return f"(CASE WHEN {looks} THEN {_attempt(text, kind)} IS NOT NULL ELSE false END)"


def value_of(text: str, kind: str) -> str:
    """Return SQL for the canonical value of a text that reads as that type."""
    if kind == "DOUBLE":
        number = _attempt(text, kind)
        return f"CASE WHEN isnan({number}) THEN NULL WHEN {number} = 0 THEN 0 ELSE {number} END"
    return _attempt(text, kind)


def _attempt(text: str, kind: str) -> str:
    if kind == "TIMESTAMP":
        # A cast to TIMESTAMP would drop the offset; the cast that heeds it is four times slower.
        offset = f"length({text}) > 16 AND (suffix({text}, 'Z') OR regexp_matches(substr({text}, 17), '[+-]'))"
        zoned = f"CAST(timezone('UTC', try_cast({text} AS TIMESTAMPTZ)) AS TIMESTAMP)"
        return f"CASE WHEN {offset} THEN {zoned} ELSE try_cast({text} AS TIMESTAMP) END"
    if kind == "BOOLEAN":
        return f"(lower({text}) IN ('true', 't', 'yes', 'y', '1'))"
    return f"try_cast({text} AS {kind})"
