"""Event time: how a column of moments is read, and which parts of it a model may learn from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from include.domain.errors import DataError
from include.drafting.column import Column

FORMATS = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d-%m-%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%Y%m%d",
    "%Y-%m",
    "%b %d, %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %Y",
    "%B %Y",
)
"""Formats that are tried, beside ISO 8601 (read without being asked) and quarters."""

_QUARTER = re.compile(r"(?P<year>\d{4})(?P<between>[ -]?)Q(?P<quarter>[1-4])")


@dataclass(frozen=True)
class EventTime:
    """How a time column is read.

    Parameters
    ----------
    moments : Series of datetime64[us, UTC], shape (n,)
    steps : tuple of dict
        Cleaning steps that make moments of what stands there.
    types : dict of str to str
        Types that reading must not guess, for the steps to work.
    doubt : str
        What a person should check; empty if there is one reading only.
    """

    moments: pd.Series
    steps: tuple[dict[str, Any], ...] = ()
    types: Mapping[str, str] | None = None
    doubt: str = ""


def only_moment(columns: Mapping[str, Column], target: str) -> str | None:
    """Return the one column of moments that can only be the event time, or None where there are several or none.

    Moments that are written as text count where no column holds moments as such.
    """
    others = [column for name, column in columns.items() if name != target]
    moments = [column for column in others if column.kind == "moment"] or [c for c in others if _is_written(c)]
    return moments[0].name if len(moments) == 1 else None


def _is_written(column: Column) -> bool:
    known = column.counts.index if column.kind == "text" else ()
    return len(known) > 1 and (all(map(_QUARTER.fullmatch, known)) or any(_fits(known, form) for form in FORMATS))


def read_time(column: Column) -> EventTime:
    """Find out how a column is read as moments.

    Raises
    ------
    DataError
        If it cannot be; with an example and what to do.
    """
    if column.kind == "moment":
        return EventTime(pd.to_datetime(column.values, utc=True).dt.as_unit("us"))
    if column.kind == "integer":
        return _from_numbers(column)
    if column.kind == "text":
        return _from_text(column, column.values)
    raise DataError(f"time column {column.name!r} holds no dates but {_example(column)}: choose another")


def _from_numbers(column: Column) -> EventTime:
    numbers = column.values.dropna().astype("int64")
    if numbers.between(18_000_101, 21_991_231).all():
        texts = column.values.astype("Int64").astype("str").where(column.values.notna())
        read = _from_text(column, texts)
        return EventTime(read.moments, read.steps, {column.name: "text"}, read.doubt)
    for unit, factor, name in ((1, "1000000", "seconds"), (1_000, "1000", "milliseconds")):
        if numbers.between(631_152_000 * unit, 4_102_444_800 * unit).all():
            seconds = column.values.astype("Float64") / unit
            moments = pd.to_datetime(seconds, unit="s", utc=True).dt.as_unit("us")
            quoted = column.name.replace('"', '""')
            step = {"do": "derive", "column": column.name, "expression": f'make_timestamp("{quoted}" * {factor})'}
            return EventTime(moments, (step,), doubt=f"{column.name} is read as {name} since 1970")
    raise DataError(
        f"time column {column.name!r} holds numbers such as {_example(column)}, which are neither days (20240131) nor "
        "seconds since 1970: choose another"
    )


def _from_text(column: Column, texts: pd.Series) -> EventTime:
    known = texts.dropna().unique()
    if all(_QUARTER.fullmatch(text) for text in known):
        return _quarters(column.name, texts, known[0])
    fitting = [form for form in FORMATS if _fits(known, form)]
    if not fitting:
        raise DataError(
            f"time column {column.name!r} holds text such as {_example(column)} that no known format reads: write it "
            "as 2024-01-31 or 2024-01-31 12:00:00 at the source, or draft without --time and add a step parse_date"
        )
    form = fitting[0]
    doubt = (
        f"{column.name} could also be read as {fitting[1]}: day and month may be swapped" if len(fitting) > 1 else ""
    )
    moments = pd.to_datetime(texts, format=form, utc=True).dt.as_unit("us")
    return EventTime(moments, ({"do": "parse_date", "columns": [column.name], "format": form},), doubt=doubt)


def _quarters(name: str, texts: pd.Series, example: str) -> EventTime:
    match = _QUARTER.fullmatch(example)
    between = match["between"] if match else ""
    parts = texts.str.extract(_QUARTER)
    firsts = parts["year"] + "-" + (3 * parts["quarter"].astype("Int64") - 2).astype("str") + "-01"
    moments = pd.to_datetime(firsts.where(texts.notna()), format="%Y-%m-%d", utc=True).dt.as_unit("us")
    return EventTime(moments, ({"do": "parse_date", "columns": [name], "format": f"%Y{between}Q%q"},))


def _fits(texts: Any, form: str) -> bool:
    try:
        pd.to_datetime(pd.Series(texts), format=form)
    except ValueError:
        return False
    return True


def _example(column: Column) -> str:
    return repr(column.plain(column.counts.index[0]))


def calendar_parts(moments: pd.Series, others: Mapping[str, Column]) -> dict[str, str]:
    """Choose the parts of a moment that a model can learn from, each with the reason.

    A part has to vary, it must not stand in the data already, and the data have to cover its whole cycle: a month that
    was never seen cannot be learned.

    Parameters
    ----------
    moments : Series of datetime64[us, UTC], shape (n,)
    others : mapping of str to Column
        The other columns; a part that one of them repeats is left out.
    """
    known = moments.dropna()
    if known.empty:
        return {}
    days = (known.max() - known.min()).days
    quarterly = bool((known.dt.is_quarter_start & (known == known.dt.normalize())).all())
    monthly = bool((known.dt.is_month_start & (known == known.dt.normalize())).all())
    candidates = {
        "hour": (known.dt.hour.nunique() > 1 and days >= 2, "the moments have hours"),
        "weekday": (not monthly and days >= 14, "there are two weeks or more"),
        "month": (not quarterly and days >= 365, "there is a whole year"),
        "quarter": (quarterly and days >= 274, "the moments are quarters"),
        "year": (days >= 3 * 365, "there are three years or more, and the level may have moved"),
    }
    parts = {part: because for part, (fits, because) in candidates.items() if fits}
    return {part: because for part, because in parts.items() if not _repeated(_part(moments, part), others)}


def _part(moments: pd.Series, part: str) -> pd.Series:
    return getattr(moments.dt, "dayofweek" if part == "weekday" else part)


def _repeated(part: pd.Series, others: Mapping[str, Column]) -> bool:
    distinct = part.nunique()
    return any(
        column.kind in ("integer", "text") and column.distinct == distinct and _one_to_one(part, column.values)
        for column in others.values()
    )


def _one_to_one(first: pd.Series, second: pd.Series) -> bool:
    pairs = pd.DataFrame({"first": np.asarray(first), "second": np.asarray(second)}).dropna().drop_duplicates()
    return bool(pairs["first"].is_unique and pairs["second"].is_unique)
