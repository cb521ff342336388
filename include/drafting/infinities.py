"""Infinities: what a division by nothing leaves in a column, read as missing, for no estimator takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from include.drafting.column import Column


class FiniteCleaning(NamedTuple):
    """What to do with columns of numbers that hold infinities, and what they look like afterwards."""

    steps: tuple[dict[str, Any], ...]
    cleaned: Mapping[str, pd.Series]
    notes: tuple[str, ...]


def clean_infinities(columns: Mapping[str, Column]) -> FiniteCleaning:
    """Find columns of numbers with infinities in them.

    Parameters
    ----------
    columns : mapping of str to Column

    Examples
    --------
    >>> ratio = Column("ratio", "number", pd.Series([1.0, np.inf, -np.inf]))
    >>> clean_infinities({"ratio": ratio}).notes
    ('ratio: 2 infinite values are read as missing',)
    """
    counts = {name: int(np.isinf(column.numbers).sum()) for name, column in columns.items()}
    infinite = {name: count for name, count in counts.items() if count}
    return FiniteCleaning(
        steps=tuple({"do": "derive", "column": name, "expression": _finite(name)} for name in infinite),
        cleaned={name: columns[name].values.replace([np.inf, -np.inf], np.nan) for name in infinite},
        notes=tuple(f"{name}: {count:,} infinite values are read as missing" for name, count in infinite.items()),
    )


def _finite(name: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    return f"CASE WHEN isfinite({quoted}) THEN {quoted} END"
