"""Wanted columns: everything that a spec speaks of and a source therefore has to hold."""

from __future__ import annotations

from include.domain.spec import AllBut, ModelSpec
from include.domain.spec.data import Calendar, Derive, DropDuplicates, Label, MapValues
from include.domain.spec.lag import Lag


def wanted_columns(spec: ModelSpec, *, to_score: bool = False) -> list[tuple[str, str]]:
    """Return every (field of the spec, column) that raw data have to hold.

    Columns that a cleaning step makes are left out. A misspelled name under ``forbidden`` or ``all_but`` would let the
    column that was meant slip in among the features, so those are asked for as well.

    Parameters
    ----------
    spec : ModelSpec
    to_score : bool
        Whether rows are to be scored: what is known only afterwards need not be there.
    """
    data = spec.data
    named: list[tuple[str, str | None]] = [("data.time", data.time), ("data.entity", data.entity), ("data.id", data.id)]
    if not to_score:
        named += [("data.target", data.target)]
        named += [("data.forbidden", name) for name in data.forbidden]
        named += [("data.types", name) for name in data.types]
        named += [("data.categories", name) for name in data.categories]
        named += _paid_by(spec)
    if not isinstance(data.features, AllBut):
        named += [("data.features", name) for name in data.features]
    elif not to_score:
        named += [("data.features.all_but", name) for name in data.features.all_but]
    made = _made(spec)
    wanted = [(field, name) for field, name in named if name is not None and name not in made]
    return wanted + _touched(spec, to_score=to_score)


def wanted_features(spec: ModelSpec, *, to_score: bool = False) -> list[tuple[str, str]]:
    """Return every (field of the spec, column) that cleaned data have to hold."""
    data = spec.data
    named = [("data.time", data.time), ("data.entity", data.entity), ("data.id", data.id)]
    named += [] if to_score else [("data.target", data.target), *_paid_by(spec)]
    if not isinstance(data.features, AllBut):
        named += [("data.features", name) for name in data.features]
    # What divides the rows when a model is judged need not be known of rows that are only scored.
    named += [] if to_score else _dividing(spec)
    return [(field, name) for field, name in named if name is not None]


def _dividing(spec: ModelSpec) -> list[tuple[str, str | None]]:
    slices = [("evaluation.slices", by.column) for by in spec.evaluation.slices]
    return [*slices, *((field, column) for column, field in spec.sensitive_columns)]


def _paid_by(spec: ModelSpec) -> list[tuple[str, str]]:
    return [(f"value.{outcome}", name) for outcome, name in spec.value.columns()] if spec.value else []


def _made(spec: ModelSpec) -> set[str]:
    made = set()
    for step in spec.cleaning:
        match step:
            case Derive():
                made.add(step.column)
            case Calendar():
                made |= {f"{step.column}_{part}" for part in step.parts}
            case Lag():
                made |= set(step.made)
            case Label():
                made.add(spec.data.target)
    return made


def _touched(spec: ModelSpec, *, to_score: bool) -> list[tuple[str, str]]:
    """Return the columns that steps read and no earlier step has made."""
    touched: list[tuple[str, str]] = []
    made: set[str] = set()
    for number, step in enumerate(spec.cleaning):
        match step:
            case Derive():
                made.add(step.column)
                continue
            case Label():
                made.add(spec.data.target)
                continue
            case MapValues() | Calendar():
                names: tuple[str, ...] = (step.column,)
            case Lag():
                names = (step.column, *step.by)
            case _:
                names = step.columns
        if to_score and isinstance(step, DropDuplicates):
            continue
        # The target of earlier rows is known when later ones are scored.
        left_out = made | ({spec.data.target} if to_score and not isinstance(step, Lag) else set())
        touched += [(f"cleaning.{number} ({step.do})", name) for name in names if name not in left_out]
        if isinstance(step, Calendar):
            made |= {f"{step.column}_{part}" for part in step.parts}
        if isinstance(step, Lag):
            made |= set(step.made)
    return touched
