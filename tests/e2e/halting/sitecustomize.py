"""Halts: a task stands still at a named line of the house, so that a test may kill whom it likes at that very moment.

Python runs this file at the start of every process that has its folder on ``PYTHONPATH``; nothing of the house knows
of it. The folder in ``SLUICE_TEST_HALTS`` holds ``halts.json``. A task that reaches a halt creates ``<name>.reached``
with its process ids, once for all tries, and goes on when ``<name>.go`` is there.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(os.environ.get("SLUICE_TEST_HALTS", "/nonexistent"))
PATIENCE_SECONDS = 120


class Halting(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Wraps the functions of some modules as soon as these have been loaded, and before anybody imports from them."""

    def __init__(self, halts: list[dict[str, Any]]) -> None:
        self.halts: dict[str, list[dict[str, Any]]] = {}
        for halt in halts:
            self.halts.setdefault(halt["place"].partition(":")[0], []).append(halt)
        self.loaders: dict[str, Any] = {}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        found = importlib.machinery.PathFinder.find_spec(name, path) if name in self.halts else None
        if found is not None:
            self.loaders[name], found.loader = found.loader, self
        return found

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self.loaders[spec.name].create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        loader = self.loaders[module.__name__]
        module.__loader__ = module.__spec__.loader = loader
        loader.exec_module(module)
        by_function: dict[str, list[dict[str, Any]]] = {}
        for halt in self.halts[module.__name__]:
            by_function.setdefault(halt["place"].partition(":")[2], []).append(halt)
        for function, halts in by_function.items():
            *owners, name = function.split(".")
            owner = functools.reduce(getattr, owners, module)
            inside = vars(owner)[name]
            wrapped = halting(getattr(owner, name), halts)
            setattr(owner, name, staticmethod(wrapped) if isinstance(inside, staticmethod) else wrapped)


def halting(function: Any, halts: list[dict[str, Any]]) -> Any:
    calls: Counter[str] = Counter()

    @functools.wraps(function)
    def called(*arguments: Any, **named: Any) -> Any:
        mine = due(halts)
        for halt in mine:
            calls[halt["name"]] += 1
        now = [halt for halt in mine if calls[halt["name"]] == halt["call"]]
        for halt in now:
            if halt["when"] == "before":
                stand_still(halt["name"])
        result = function(*arguments, **named)
        for halt in now:
            if halt["when"] == "after":
                stand_still(halt["name"])
        return result

    return called


def due(halts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from airflow.sdk import get_current_context

    try:
        ti = get_current_context()["ti"]
    except Exception:
        return []
    return [halt for halt in halts if halt["dag"] == ti.dag_id and halt["task"] == ti.task_id]


def stand_still(name: str) -> None:
    from airflow.sdk import get_current_context

    ti = get_current_context()["ti"]
    aside = FOLDER / f"{name}.{os.getpid()}"
    told = {"pid": os.getpid(), "parent": os.getppid(), "task": ti.task_id, "run": ti.run_id, "try": ti.try_number}
    aside.write_text(json.dumps(told))
    try:
        os.link(aside, FOLDER / f"{name}.reached")
    except FileExistsError:
        return
    finally:
        aside.unlink()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (FOLDER / f"{name}.go").exists() and time.monotonic() < deadline:
        time.sleep(0.05)


if (FOLDER / "halts.json").is_file():
    sys.meta_path.insert(0, Halting(json.loads((FOLDER / "halts.json").read_text())))
