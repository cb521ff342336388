"""What is left out: columns that say nothing, that name the row, or that know the answer; each with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from include.domain.metric import Task
from include.drafting.column import Column
from include.drafting.giveaways import find_giveaway
from include.drafting.identities import Identity, find_identity

NEARLY_EMPTY = 0.95
NEARLY_ALL_LATER = 0.99
_LONG_TEXT = 40
_IDENTITIES_AT_MOST = 3
_NAMES_A_ROW = re.compile(r"(^|[_ -])(id|ids|uuid|guid|key|index|instant|nr|no|number|record|rowid)$", re.IGNORECASE)


@dataclass
class LeftOut:
    """What drafting decided about columns that are no features.

    Parameters
    ----------
    id : str or None
        The column that names a row.
    reasons : dict of str to str
        Column and why it must not be used, in the order in which they were found.
    leaks : list of str
        What a person should hear about columns that know the answer.
    suspects : list of str
        Columns that stay in, and what speaks against them.
    """

    id: str | None = None
    reasons: dict[str, str] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    suspects: list[str] = field(default_factory=list)


def leave_out(columns: Mapping[str, Column], target: Column, time: Column | None, task: Task) -> LeftOut:
    """Find the columns that a model must not use, or cannot.

    Parameters
    ----------
    columns : mapping of str to Column
        All columns but the target and the event time.
    target : Column
    time : Column or None
        The event time, read as moments.
    task : {'binary', 'multiclass', 'regression'}
    """
    found = LeftOut()
    for name, column in columns.items():
        later = _comes_later(column, time)
        reason = later or _says_nothing(column)
        if reason:
            found.reasons[name] = reason
        if later:
            found.leaks.append(f"{name} is left out: it {later}")
    _leave_out_names(columns, found)
    _leave_out_identities(columns, target, found)
    for name, column in _rest(columns, found).items():
        giveaway = find_giveaway(target, column, task)
        if giveaway and giveaway.certain:
            found.reasons[name] = giveaway.reason
            found.leaks.append(f"{name} is left out: it {giveaway.reason}")
        elif giveaway:
            found.suspects.append(f"{name} {giveaway.reason}")
    for name, column in _rest(columns, found).items():
        reason = _cannot_be_learned(column)
        if reason:
            found.reasons[name] = reason
    return found


def _rest(columns: Mapping[str, Column], found: LeftOut) -> dict[str, Column]:
    return {name: column for name, column in columns.items() if name not in found.reasons and name != found.id}


def _says_nothing(column: Column) -> str | None:
    if column.kind == "empty":
        return "empty in every row"
    if column.null_share > NEARLY_EMPTY:
        return f"empty in {column.null_share:.1%} of the rows"
    if column.distinct == 1 and not column.nulls:
        return f"{column.plain(column.counts.index[0])!r} in every row"
    return None


def _comes_later(column: Column, time: Column | None) -> str | None:
    if column.kind != "moment" or time is None:
        return None
    gaps = pd.to_datetime(column.values, utc=True) - pd.to_datetime(time.values, utc=True)
    known = gaps.dropna()
    if known.empty:
        return None
    later, at_once = (known > pd.Timedelta(0)).mean(), (known >= pd.Timedelta(0)).mean()
    if at_once < NEARLY_ALL_LATER or later < 0.5:
        return None
    return f"lies after {time.name} in {later:.1%} of the rows, so it is known only after the event"


def _leave_out_names(columns: Mapping[str, Column], found: LeftOut) -> None:
    for name, column in _rest(columns, found).items():
        if not _names_a_row(column):
            continue
        if found.id is None:
            found.id = name
        else:
            found.reasons[name] = "different in every row: a name, nothing to learn from"


def _names_a_row(column: Column) -> bool:
    if column.nulls or column.rows < 2 or column.distinct != column.rows:
        return False
    if column.kind == "text":
        return _typical_length(column) <= _LONG_TEXT
    if column.kind != "integer":
        return False
    if _NAMES_A_ROW.search(column.name):
        return True
    span = column.numbers.max() - column.numbers.min() + 1
    return bool(column.rows >= 100 and span <= 1.1 * column.rows)


def _typical_length(column: Column) -> float:
    return float(np.mean([len(str(value)) for value in column.counts.index[:1000]]))


def _leave_out_identities(columns: Mapping[str, Column], target: Column, found: LeftOut) -> None:
    if not target.is_numeric:
        return
    for _ in range(_IDENTITIES_AT_MOST):
        numbers = {name: column.numbers for name, column in _rest(columns, found).items() if column.is_numeric}
        identity = find_identity(target.name, target.numbers, numbers)
        if identity is None:
            return
        reason = _adds_up(identity)
        found.reasons |= dict.fromkeys(identity.columns, reason)
        found.leaks.append(f"{', '.join(identity.columns)} left out: {reason}")


def _adds_up(identity: Identity) -> str:
    share = "every row" if identity.share == 1 else f"{identity.share:.1%} of the rows"
    if len(identity.terms) == 1:
        return f"is the target in other units: {identity} in {share}"
    return f"adds up to the target: {identity} in {share}"


def _cannot_be_learned(column: Column) -> str | None:
    if column.kind == "moment":
        return "a moment; a model reads numbers made of it (cleaning steps calendar, derive), not the moment itself"
    if column.kind != "text":
        return None
    share = column.distinct / max(column.rows - column.nulls, 1)
    length = _typical_length(column)
    if share > 0.5 and length > _LONG_TEXT:
        return f"free text: {column.distinct:,} different texts, about {length:.0f} characters each"
    if share > 0.9 and column.distinct > 100:
        return f"a name of its own in nearly every row ({column.distinct:,} different values)"
    return None
