"""Plain JSON: what libraries return, without the scalars of numpy and pandas and without numbers that JSON lacks."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd


def plain(value: Any) -> Any:
    """Return a value as plain JSON; NaN, infinities and missing values become null.

    Examples
    --------
    >>> plain({"a": np.float64(0.5), 2: [np.int64(1), float("nan"), pd.Timestamp("2018-08-01")]})
    {'a': 0.5, '2': [1, None, '2018-08-01T00:00:00']}
    """
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if value is pd.NA or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
