from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

from include.deployment.home import PROJECT
from include.domain import concerns, fleet_gate, requirement
from include.domain.catalogue import SHAPES
from include.domain.metric import DECIDING, METRICS
from tests.docs.pages import REFERENCE

PAGE = (REFERENCE / "evidence.md").read_text(encoding="utf-8")
DOCUMENTED = set(re.findall(r"^\| `([\w.:<>]+)` \|", PAGE, re.MULTILINE))


def names_in(path: Path) -> Iterator[str]:
    """Yield the name of every observation that a file makes, what is filled in as ``<…>``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Observation":
            for keyword in node.keywords:
                if keyword.arg != "name":
                    continue
                value = keyword.value
                if isinstance(value, ast.Constant):
                    yield str(value.value)
                elif isinstance(value, ast.Name) and value.id in constants:
                    yield str(constants[value.id])
                elif isinstance(value, ast.JoinedStr):
                    parts = (str(p.value) if isinstance(p, ast.Constant) else "<…>" for p in value.values)
                    yield "".join(parts)


@cache
def made() -> frozenset[str]:
    """Return the names of all observations that the code makes."""
    return frozenset(name for path in (PROJECT / "include").rglob("*.py") for name in names_in(path))


ASKED = (
    {requirement.improvement_name(rival, "<metric>") for rival in get_args(requirement.Rival)}
    | {shape.text for shape in SHAPES}
    | set(concerns.SEEN)
    | set(fleet_gate.OBSERVED)
)
"""Names that are put together where they are made."""


def test_every_metric_stands_with_its_tasks_direction_and_unit() -> None:
    for metric in METRICS.values():
        unit = {"target": "that of the target", "value": "that of `value`"}.get(metric.unit, metric.unit)
        better = "more" if metric.greater_is_better else "less"
        row = f"| `{metric.name}` | {', '.join(metric.tasks)} | {better} | {unit} |"
        assert row in PAGE, row


def test_the_metrics_that_decide_are_named() -> None:
    assert f"`{DECIDING['binary']}` decides for classes and `{DECIDING['regression']}` for numbers" in PAGE
    assert DECIDING["binary"] == DECIDING["multiclass"]


def test_every_name_that_gates_know_is_documented() -> None:
    words = {value for name, value in vars(requirement).items() if name.isupper() and name != "EXACT"}
    assert (words | ASKED) - DOCUMENTED == set()


def test_every_observation_that_the_code_names_is_documented() -> None:
    # Names without a word of their own are put together of the catalogue's.
    named = {name for name in made() if re.search(r"\w", name)}
    shapes = {re.sub(r"<[^>]+>", "<…>", name) for name in DOCUMENTED}
    assert named - shapes == set()


def test_nothing_is_documented_that_does_not_exist() -> None:
    words = {value for name, value in vars(requirement).items() if name.isupper()}
    known = words | ASKED | METRICS.keys()
    shapes = {re.sub(r"<[^>]+>", "<…>", name): name for name in DOCUMENTED - known}
    assert set(shapes) - made() == set()
