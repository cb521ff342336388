"""Drafted expectations: what the data at hand show, asked of those to come with room to be a little different."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from include.drafting.codes import natural_range
from include.drafting.column import Column
from include.drafting.fences import Fence, fence

MOST_CATEGORIES = 30
QUARANTINE_AT_LEAST = 0.001
_ROOM_FOR_NULLS = 0.01


@dataclass(frozen=True, eq=False)
class Drafted:
    """One expectation, and the rows at hand that fail it.

    Parameters
    ----------
    written : dict
        As it stands in the spec.
    failing : ndarray of bool, shape (n,), or None
        Rows that would be set aside; None if it sets none aside.
    seen : str
        What in the data suggests it.
    """

    written: dict[str, Any]
    failing: npt.NDArray[np.bool_] | None = None
    seen: str = ""


def expect_of_target(target: Column, classes: tuple[Any, ...]) -> list[Drafted]:
    """Expect a known target within its classes or its fence; rows without are set aside."""
    missing = target.values.isna().to_numpy()
    written = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": target.name}, "quarantine": True}
    found = [
        Drafted(written, missing, f"{target.nulls:,} rows have no {target.name}" if target.nulls else "none missing")
    ]
    if not classes:
        return found + _range(target)
    known = {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": target.name, "value_set": list(classes)}}
    return [*found, Drafted(known, seen="a new class would be a new task")]


def expect_of_time(time: Column) -> Drafted:
    """Expect that rows have a time: without one they are in no window."""
    missing = time.values.isna().to_numpy()
    written = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": time.name}, "quarantine": True}
    return Drafted(written, missing, f"{time.nulls:,} rows have no time" if time.nulls else "none missing")


def expect_of_features(features: Iterable[Column], codes: Iterable[str]) -> list[Drafted]:
    """Expect gaps about as rare as they are, amounts within their fences, and few categories but those known."""
    named = set(codes)
    found: list[Drafted] = []
    for column in features:
        found.append(_filled(column))
        if column.is_numeric and column.distinct > 2 and column.name not in named:
            found += _range(column)
        else:
            found += _categories(column)
    return found


def quarantine_share(
    drafted: Iterable[Drafted], rows: int, *, at_least: float = QUARANTINE_AT_LEAST
) -> tuple[float, int]:
    """Return how many rows may be set aside, three times the share at hand, and how many were set aside here.

    Returns
    -------
    share : float
    rows_set_aside : int
    """
    masks = [item.failing for item in drafted if item.failing is not None]
    set_aside = int(np.any(masks, axis=0).sum()) if masks else 0
    share = max(at_least, 3 * set_aside / max(rows, 1))
    return math.ceil(share * 10_000 - 1e-9) / 10_000, set_aside


def failing_rows(drafted: Iterable[Drafted], rows: int) -> npt.NDArray[np.bool_]:
    """Return which rows would be set aside; shape (rows,)."""
    masks = [item.failing for item in drafted if item.failing is not None]
    return np.any(masks, axis=0) if masks else np.zeros(rows, dtype=bool)


def _filled(column: Column) -> Drafted:
    mostly = max(0.0, math.floor((1 - 1.5 * column.null_share - _ROOM_FOR_NULLS) * 100 + 1e-9) / 100)
    written = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": column.name, "mostly": mostly}}
    return Drafted(written, seen=f"{column.null_share:.2%} missing" if column.nulls else "none missing")


def _range(column: Column) -> list[Drafted]:
    values = column.numbers
    found = _calendar_fence(column) or fence(values)
    if found is None:
        return []
    failing = np.isfinite(values) & ((values < found.low) | (values > found.high))
    written = {
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": column.name, "min_value": _plain(found.low), "max_value": _plain(found.high)},
        "quarantine": True,
        "because": found.because,
    }
    beyond = f"{found.beyond:,} of {column.rows:,} rows at hand lie outside" if found.beyond else "no row lies outside"
    return [Drafted(written, failing, beyond)]


def _calendar_fence(column: Column) -> Fence | None:
    bounds = natural_range(column.name) if column.kind == "integer" else None
    if bounds is None or column.values.min() < bounds[0] or column.values.max() > bounds[1]:
        return None
    return Fence(float(bounds[0]), float(bounds[1]), 0, "a part of the calendar")


def _categories(column: Column) -> list[Drafted]:
    if not 1 < column.distinct <= MOST_CATEGORIES or column.kind == "moment":
        return []
    values = sorted(column.counts.index)
    kwargs = {"column": column.name, "value_set": [column.plain(value) for value in values], "mostly": 0.99}
    return [
        Drafted({"type": "expect_column_values_to_be_in_set", "kwargs": kwargs}, seen="a new value is rare, or news")
    ]


def _plain(bound: float) -> int | float:
    return int(bound) if bound.is_integer() else bound
