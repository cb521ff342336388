"""The step that says where in the day, the week and the year a moment lies."""

from __future__ import annotations

from include.data.engine import identifier
from include.data.steps.change import NOTHING, Change, Columns, kind_of, refuse_kind
from include.domain.spec.data import Calendar

_PARTS = {
    "hour": "hour({})",
    # As in Python and pandas: Monday is 0.
    "weekday": "isodow({}) - 1",
    "day": "day({})",
    "day_of_year": "dayofyear({})",
    "month": "month({})",
    "quarter": "quarter({})",
    "year": "year({})",
}


def calendar(step: Calendar, columns: Columns, where: str) -> list[Change]:
    """Add parts of a moment as whole numbers: hour 0-23, weekday 0-6 from Monday, day 1-31, day of year 1-366."""
    kind = kind_of(columns, step.column, where)
    if kind not in ("DATE", "TIMESTAMP", NOTHING):
        raise refuse_kind(where, step.column, kind, "put a parse_date step before this one")
    moment = f"CAST({identifier(step.column)} AS TIMESTAMP)"
    return [Change(f"{step.column}_{part}", f"CAST({_PARTS[part].format(moment)} AS BIGINT)") for part in step.parts]
