"""Text values: what stands in a column of text and means something else, a number, a gap, a name with a space."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from include.drafting.column import Column

MISSING_WORDS = ("?", "NA", "N/A", "n/a", "NULL", "null", "None", "nan", "-", "--")
_NUMBER = {
    ".": re.compile(r"[-+]?\s*[$€£]?\s*[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?\s*[$€£]?"),
    ",": re.compile(r"[-+]?\s*[$€£]?\s*[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?\s*[$€£]?"),
}


class TextCleaning(NamedTuple):
    """What to do with columns of text, and what they look like afterwards."""

    steps: tuple[dict[str, Any], ...]
    cleaned: Mapping[str, pd.Series]
    notes: tuple[str, ...]


def clean_text(columns: Mapping[str, Column]) -> TextCleaning:
    """Find columns of text with white space around them, with words for a gap, or with numbers in them.

    Parameters
    ----------
    columns : mapping of str to Column
        Columns of text; others are passed over.
    """
    trimmed: list[str] = []
    gaps: dict[str, list[str]] = {}
    numbers: dict[str, list[str]] = {".": [], ",": []}
    cleaned: dict[str, pd.Series] = {}
    for name, column in columns.items():
        if column.kind != "text":
            continue
        stripped = column.values.str.strip()
        if (stripped != column.values)[column.values.notna()].any():
            trimmed.append(name)
        stripped = stripped.mask(stripped == "")
        gaps_here = [word for word in MISSING_WORDS if (stripped == word).any()]
        known = stripped.mask(stripped.isin(gaps_here))
        decimal = _decimal_mark(known.dropna().unique())
        if decimal:
            numbers[decimal].append(name)
            cleaned[name] = _as_numbers(known, decimal)
        elif gaps_here or name in trimmed:
            cleaned[name] = known
        if gaps_here:
            gaps[name] = gaps_here
    return TextCleaning(_steps(trimmed, gaps, numbers), cleaned, _notes(trimmed, gaps, numbers))


def _decimal_mark(texts: Any) -> str | None:
    """Return what stands before the fraction if the texts are numbers, the point where both could."""
    if not len(texts) or any(re.fullmatch(r"0\d+", text) for text in texts):
        return None
    return next((mark for mark, pattern in _NUMBER.items() if all(map(pattern.fullmatch, texts))), None)


def _as_numbers(texts: pd.Series, decimal: str) -> pd.Series:
    thousands = "," if decimal == "." else "."
    plain = texts.str.replace(r"[\s$€£]", "", regex=True).str.replace(thousands, "", regex=False)
    return pd.to_numeric(plain.str.replace(decimal, ".", regex=False)).astype(np.float64)


def _steps(trimmed: list[str], gaps: dict[str, list[str]], numbers: dict[str, list[str]]) -> tuple[dict[str, Any], ...]:
    steps: list[dict[str, Any]] = [{"do": "trim", "columns": trimmed}] if trimmed else []
    for name, words in gaps.items():
        steps.append({"do": "map_values", "column": name, "values": dict.fromkeys(words)})
    for mark, names in numbers.items():
        if names:
            decimal = {"decimal": mark} if mark != "." else {}
            steps.append({"do": "parse_number", "columns": names, **decimal})
    return tuple(steps)


def _notes(trimmed: list[str], gaps: dict[str, list[str]], numbers: dict[str, list[str]]) -> tuple[str, ...]:
    notes = [f"white space around values is cut off: {', '.join(trimmed)}"] if trimmed else []
    notes += [f"{name}: {', '.join(map(repr, words))} is read as missing" for name, words in gaps.items()]
    notes += [f"text is read as numbers: {', '.join(names)}" for names in numbers.values() if names]
    return tuple(notes)
