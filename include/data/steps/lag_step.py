"""The step that looks back: what a column held some periods earlier in the same series."""

from __future__ import annotations

from datetime import timedelta

from include.data.engine import identifier
from include.data.sources.column_names import check_present
from include.data.steps.change import NOTHING, Change, Columns, kind_of, refuse_kind
from include.domain.errors import DataError
from include.domain.span import Span
from include.domain.spec.lag import Lag

_MICROSECOND = timedelta(microseconds=1)


def lag(step: Lag, time: str | None, columns: Columns, where: str, *, only: str | None = None) -> list[Change]:
    """Add earlier values of a column, found by the time of their rows; two values of one moment contradict each other.

    Rows without a time are at no moment: nothing is looked up for them, and nobody finds them. `only` is a hidden
    column that is true for the rows that are looked back at.
    """
    if time is None:
        raise DataError(f"{where}: without data.time no row is earlier than another")
    kind = kind_of(columns, step.column, where)
    check_present([(where, name) for name in step.by], columns, "what cleaning works on")
    when = kind_of(columns, time, where)
    if when not in ("DATE", "TIMESTAMP", NOTHING):
        raise refuse_kind(where, time, when, "it says when a row was: put a parse_date step before this one")
    taken = [name for name in step.made if name in columns]
    if taken:
        raise DataError(f"{where}: there is a column {taken[0]!r} already: rename it, or leave this step out")
    if NOTHING in (kind, when):
        return [Change(name, "CAST(NULL AS DOUBLE)") for name in step.made]
    value, moment = identifier(step.column), identifier(time)
    period, length = _counted(moment, step.period)
    series = f"PARTITION BY {', '.join(map(identifier, step.by))} " if step.by else ""
    seen = value if only is None else f"CASE WHEN {identifier(only)} THEN {value} END"
    contradicts = f"({seen}) IS NOT NULL AND {moment} IS NOT NULL AND "
    contradicts += f"count({seen}) OVER (PARTITION BY {', '.join([*map(identifier, step.by), period])}) > 1"
    found = [
        f"CASE WHEN {moment} IS NOT NULL THEN any_value({seen}) OVER "
        f"({series}ORDER BY {period} RANGE BETWEEN {back} PRECEDING AND {back} PRECEDING) END"
        for back in (length * periods for periods in step.periods)
    ]
    looked_up = [Change(name, sql) for name, sql in zip(step.made, found, strict=True)]
    alone = f"alone in its series and its period (every: {step.every})"
    return [Change(step.column, value, contradicts, alone), *looked_up]


def _counted(moment: str, period: Span) -> tuple[str, int]:
    """Return SQL for the number of a moment, and by how much it differs from that of the moment a period earlier."""
    if period.months:
        return f"(year({moment}) * 12 + month({moment}))", period.months
    return f"epoch_us(CAST({moment} AS TIMESTAMP))", period.fixed // _MICROSECOND
