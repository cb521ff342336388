"""Notes: what a person should think about that no number in the data can decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from include.drafting.column import Column

_PROTECTED = re.compile(
    r"(^|[_ -])(sex|gender|race|ethnicity|religion|nationality|native[_ -]country|disability|marital[_ -]status)$",
    re.IGNORECASE,
)
_WHOM = re.compile(
    r"(^|[_ -])(customer|user|client|member|patient|account|card|household|device|driver|person|student|employee)"
    r"([_ -]?(id|nr|no|key|number))?$",
    re.IGNORECASE,
)


def notes_on(
    frame: pd.DataFrame, columns: Mapping[str, Column], features: Iterable[str], *, has_time: bool
) -> list[str]:
    """Return what should be thought about, one sentence each.

    Parameters
    ----------
    frame : DataFrame
        With the hash of each row as index.
    columns : mapping of str to Column
        All but the target.
    features : iterable of str
    has_time : bool
        Whether the draft has an event time.
    """
    names = list(features)
    found = [*_copies(frame), *_protected(names), *_whom(columns, names)]
    moments = [name for name, column in columns.items() if column.kind == "moment"]
    if moments and not has_time:
        found.append(
            f"no event time was given, and there are moments in {', '.join(moments)}: if the model predicts what comes "
            f"next, draft again with --time {moments[0]}, so that it is judged on later rows than it learned from"
        )
    return found


def _copies(frame: pd.DataFrame) -> list[str]:
    copies = int(frame.index.duplicated().sum())
    if not copies:
        return []
    return [
        f"{copies:,} rows are exact copies of others: if they are mistakes, add the cleaning step "
        "{do: drop_duplicates}, else the same row may be learned from and judged on"
    ]


def _protected(names: list[str]) -> list[str]:
    found = [name for name in names if _PROTECTED.search(name)]
    if not found:
        return []
    return [
        f"{', '.join(found)} may be protected by law: decide whether the model may use them, or list them as forbidden"
    ]


def _whom(columns: Mapping[str, Column], names: list[str]) -> list[str]:
    return [
        f"{name} seems to say whom a row is about ({columns[name].distinct:,} of them): if the model meets new ones "
        f"later, write entity: {name} and take it out of the features"
        for name in names
        if name in columns and _WHOM.search(name) and columns[name].distinct > 20
    ]
