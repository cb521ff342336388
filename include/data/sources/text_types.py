"""Text as values: which texts are a number, a day, a moment or a truth value, and nothing is rounded to look like one.

Only what can mean one thing is read: ISO 8601 for time, a decimal point, no separators, no codes such as ``00501``.
DuckDB itself takes more (``1_000``, ``0x1F``, ``1.5`` as 2, an offset that it then drops), so every text is asked about
before its cast. The questions are plain functions of text: a thousand columns would hold as many regular expressions.
"""

from __future__ import annotations

_TRUE = "'true', 't', 'yes', 'y', '1'"
_FALSE = "'false', 'f', 'no', 'n', '0'"


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
    if kind == "BOOLEAN":
        known = f"{_TRUE}, {_FALSE}" if declared else "'true', 'false'"
        return f"(lower({text}) IN ({known}))"
    looks = {"BIGINT": _looks_whole, "DOUBLE": _looks_numeric, "DATE": _looks_daily, "TIMESTAMP": _looks_timely}
    # Both sides of AND would be computed for every text, and a cast to a moment is slow where it fails.
    return f"(CASE WHEN {looks[kind](text, declared)} THEN {_attempt(text, kind)} IS NOT NULL ELSE false END)"


def value_of(text: str, kind: str) -> str:
    """Return SQL for the canonical value of a text that reads as that type."""
    if kind == "DOUBLE":
        number = _attempt(text, kind)
        return f"CASE WHEN isnan({number}) THEN NULL WHEN {number} = 0 THEN 0 ELSE {number} END"
    return _attempt(text, kind)


def _attempt(text: str, kind: str) -> str:
    if kind == "TIMESTAMP":
        # A cast to TIMESTAMP would drop the offset; the cast that heeds it is four times slower.
        tail = f"substr({text}, 17)"
        offset = f"length({text}) > 16 AND (suffix({text}, 'Z') OR translate({tail}, '+-', '') <> {tail})"
        zoned = f"CAST(timezone('UTC', try_cast({text} AS TIMESTAMPTZ)) AS TIMESTAMP)"
        return f"CASE WHEN {offset} THEN {zoned} ELSE try_cast({text} AS TIMESTAMP) END"
    if kind == "BOOLEAN":
        return f"(lower({text}) IN ({_TRUE}))"
    return f"try_cast({text} AS {kind})"


def _looks_whole(text: str, declared: bool) -> str:
    if declared:
        return _only(f"trim({text}, ' ')", "0123456789+-")
    return f"CAST({_attempt(text, 'BIGINT')} AS VARCHAR) = ltrim(trim({text}, ' '), '+')"


def _looks_numeric(text: str, declared: bool) -> str:
    plain = f"NOT contains({text}, '_') AND NOT contains({text}, '(')"
    if declared:
        return plain
    digits = f"ltrim({text}, ' +-')"
    code = f"substr({digits}, 1, 1) = '0' AND substr({digits}, 2, 1) BETWEEN '0' AND '9'"
    # A longer whole number would lose digits, so it is rather a code as well.
    short = f"strlen({text}) <= 18 OR contains({text}, '.') OR contains(lower({text}), 'e')"
    return f"{plain} AND NOT ({code}) AND ({short})"


def _looks_daily(text: str, declared: bool) -> str:
    del declared
    return f"CAST({_attempt(text, 'DATE')} AS VARCHAR) = {text}"


def _looks_timely(text: str, declared: bool) -> str:
    del declared
    digits = _only(f"substr({text}, 1, 10)", "0123456789-")
    day = f"substr({text}, 5, 1) = '-' AND substr({text}, 8, 1) = '-' AND {digits}"
    time = (
        f"length({text}) BETWEEN 16 AND 35 AND substr({text}, 11, 1) IN ('T', ' ') AND substr({text}, 14, 1) = ':' "
        f"AND {_only(f'substr({text}, 12)', '0123456789:.+-Z')}"
    )
    return f"({day} AND (length({text}) = 10 OR ({time})))"


def _only(text: str, characters: str) -> str:
    return f"translate({text}, '{characters}', '') = ''"
