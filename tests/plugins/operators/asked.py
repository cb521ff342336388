"""What gates ask, found out from specs and records rather than listed, and evidence that answers all of it.

A requirement, a field or an option that is added later is found here by itself, or fails the test that counts them.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import Any

from include.deployment.home import PROJECT
from include.domain.evidence import Evidence, Interval, Observation
from include.domain.gate import CHAMPIONS, EXACT, Bound, GateSpec, Improvement, decide
from include.domain.spec import ModelSpec
from include.spec_files.reading import load_specs
from tests.specs import a_spec

ABSENT = object()
"""Stands for a field that is not there at all."""

NO_NUMBER: tuple[Any, ...] = (
    ABSENT,
    None,
    math.nan,
    math.inf,
    -math.inf,
    "NaN",
    "Infinity",
    "many",
    "",
    True,
    False,
    [],
    [1.0],
    {},
    object(),
)

_BOUNDS = (
    {"observation": "roc_auc", "at_least": 0.8},
    {"observation": "log_loss", "at_least": 0, "at_most": 0.4, "confident": True, "confidence": 0.9},
    {"observation": "f1", "at_least": 0.5, "rows_at_least": 100},
)
_BEATS = {"confidence": 0.9, "margin": 0.01, "rows_at_least": 50}

SPECS: dict[str, ModelSpec] = {
    "everything": a_spec(
        quality={"rows_at_least": 10, "quarantine": {"at_most_share": 0.1}},
        gates={
            "beats_baseline": {**_BEATS, "metric": "log_loss", "test": "bootstrap"},
            "beats_champion": {**_BEATS, "metric": "accuracy", "test": "exact"},
            "bounds": _BOUNDS,
        },
        promotion={"by": "approval"},
    ),
    "nothing": a_spec(),
    **{f"include/specs/{spec.name}.yaml": spec for spec in load_specs(PROJECT / "include" / "specs")},
}


def answer(asked: Bound | Improvement) -> Observation:
    """Return an observation that meets a requirement with nothing to spare of what it does not ask."""
    if isinstance(asked, Improvement):
        low, value, high = asked.margin + 0.5, asked.margin + 1.0, asked.margin + 1.5
    else:
        sides = [side for side in (asked.at_least, asked.at_most) if side is not None]
        low = value = high = sum(sides) / len(sides)
    interval = Interval(low=low, high=high, confidence=max(asked.confidence, 0.99), method=EXACT)
    return Observation(name=asked.observation, value=value, n=max(asked.rows_at_least, 1), interval=interval)


def answers(gate: GateSpec, champions: float = 1) -> Evidence:
    """Return evidence that meets a gate, where there is a champion."""
    seen = {asked.observation: answer(asked) for asked in gate.requirements}
    seen[CHAMPIONS] = Observation(name=CHAMPIONS, value=champions)
    return Evidence(subject="churn version 2", observations=tuple(seen.values()))


def names_read(gate: GateSpec, evidence: Evidence) -> set[str]:
    """Return the name of every observation that a decision looks for."""
    read: set[str] = set()

    class Watched(Evidence):
        def find(self, name: str) -> Observation | None:
            read.add(name)
            return super().find(name)

    decide(gate, Watched.model_validate(evidence.to_json()))
    return read


def spoiled(gate: GateSpec, evidence: Evidence, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the JSON of evidence in which one thing about one observation is no longer what was seen.

    What the gate does not ask of it (a unit, an interval where no bound is ``confident``) is left as it was.
    """
    plain = evidence.to_json()
    place = next(i for i, seen in enumerate(plain["observations"]) if seen["name"] == name)
    for bad in NO_NUMBER:
        yield f"{name} = {shown(bad)}", _with(plain, ("observations", place), bad)
    asked = [requirement for requirement in gate.requirements if requirement.observation == name]
    for field in sorted(Observation.model_fields.keys() - _not_asked(asked)):
        for bad in NO_NUMBER:
            yield f"{name}.{field} = {shown(bad)}", _with(plain, ("observations", place, field), bad)
    if "interval" in _not_asked(asked):
        return
    for field in sorted(Interval.model_fields.keys() - ({"method"} - _asked_of_intervals(asked))):
        for bad in NO_NUMBER:
            yield (
                f"{name}.interval.{field} = {shown(bad)}",
                _with(plain, ("observations", place, "interval", field), bad),
            )


def without_a_field(value: dict[str, Any], where: tuple[Any, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield JSON in which one field, at any depth, is absent or something else."""
    for path in _paths(value, where):
        for bad in NO_NUMBER:
            yield f"{'.'.join(map(str, path))} = {shown(bad)}", _with(value, path, bad)


def shown(bad: Any) -> str:
    """Return what a value is called in a message."""
    return "absent" if bad is ABSENT else repr(bad)


def _not_asked(asked: list[Bound | Improvement]) -> set[str]:
    fields = {"unit", "detail"}
    if not any(requirement.rows_at_least for requirement in asked):
        fields.add("n")
    if not any(isinstance(requirement, Improvement) or requirement.confident for requirement in asked):
        fields.add("interval")
    return fields


def _asked_of_intervals(asked: list[Bound | Improvement]) -> set[str]:
    return {"method"} if any(isinstance(r, Improvement) and r.test == "exact" for r in asked) else set()


def _paths(value: Any, where: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield (*where, key)
        yield from _paths(inner, (*where, key))


def _with(value: Any, path: tuple[Any, ...], bad: Any) -> Any:
    """Return a copy in which what lies at a path is bad."""
    made = copy.deepcopy(value)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    if bad is ABSENT:
        del inner[path[-1]]
    else:
        inner[path[-1]] = bad
    return made
