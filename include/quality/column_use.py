"""Which columns a spec relies on: those it names, those its cleaning makes, and those the model learns from."""

from __future__ import annotations

from include.domain.references import DatasetRef
from include.domain.spec import AllBut, CleaningStep, ModelSpec
from include.domain.spec.data import RESERVED_COLUMN
from include.quality.asked import SuiteName


def named_columns(spec: ModelSpec, suite: SuiteName) -> dict[str, str]:
    """Return the columns that have to be there, each with the field of the spec that names it first.

    Raw data need not hold what the cleaning makes; clean data hold all of it.
    """
    named: dict[str, str] = {}
    made: set[str] = set()
    if suite == "raw":
        for i, step in enumerate(spec.cleaning):
            for name in _taken_by(step):
                if name not in made:
                    named.setdefault(name, f"cleaning[{i}]")
            made |= set(made_by(step))
        made |= {spec.data.target} if spec.has_label_step else set()
    for field, column in _named_in_data(spec, suite):
        if column not in made:
            named.setdefault(column, field)
    return named


def learned_columns(spec: ModelSpec, dataset: DatasetRef, suite: SuiteName) -> tuple[str, ...]:
    """Return the columns that the model learns from, features first; in raw data without those still to be made."""
    held = tuple(column.name for column in dataset.columns)
    wanted = dict.fromkeys((*spec.data.feature_columns(held), spec.data.target))
    made = {name for step in spec.cleaning for name in made_by(step)} if suite == "raw" else set()
    if suite == "raw" and spec.has_label_step:
        made.add(spec.data.target)
    return tuple(name for name in wanted if name in held and name not in made)


def cleaned_columns(spec: ModelSpec) -> frozenset[str]:
    """Return the columns that the cleaning reads or makes: in raw data they may still be anything."""
    steps = spec.cleaning
    return frozenset(name for step in steps for name in (*_taken_by(step), *made_by(step)))


def made_by(step: CleaningStep) -> tuple[str, ...]:
    """Return the columns that a cleaning step adds or replaces by something new.

    Examples
    --------
    >>> from include.domain.spec.data import Calendar
    >>> made_by(Calendar(do="calendar", column="day", parts=("month",)))
    ('day_month',)
    """
    if step.do == "derive":
        return (step.column,)
    if step.do == "lag":
        return step.made
    return tuple(f"{step.column}_{part}" for part in step.parts) if step.do == "calendar" else ()


def _taken_by(step: CleaningStep) -> tuple[str, ...]:
    if step.do in ("trim", "parse_number", "parse_date", "drop_duplicates"):
        return step.columns
    if step.do == "lag":
        return (step.column, *step.by)
    return (step.column,) if step.do in ("map_values", "calendar") else ()


def _named_in_data(spec: ModelSpec, suite: SuiteName) -> list[tuple[str, str]]:
    data = spec.data
    listed = () if isinstance(data.features, AllBut) else data.features
    roles = {"target": data.target, "time": data.time, "entity": data.entity, "id": data.id}
    found = [(f"data.{role}", name) for role, name in roles.items() if name is not None]
    found += [("data.features", name) for name in listed]
    found += [("data.categories", name) for name in data.categories]
    found += [(f"value.{outcome}", name) for outcome, name in spec.value.columns()] if spec.value else []
    found += [("data.types", name) for name in data.types] if suite == "raw" else []
    return [(field, name) for field, name in found if name != RESERVED_COLUMN]
