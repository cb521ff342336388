"""A warm house: its modules loaded in whatever forks tasks, and loaded anew in a task whose code has changed since.

Libraries change with an installation, which ends all processes; the code of the house is edited while they run. What
a task runs has to be what its fingerprint says, so every child sees first whether the files are those that were loaded.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from include.deployment.home import PROJECT

ROOMS = (
    *("domain", "statistics", "data", "quality", "training", "evaluation", "judging", "registry", "model_card"),
    *("fleet", "monitoring", "watching", "storage", "spec_files"),
)
SCORING = ("include.serving.window_scoring", "include.serving.golden_rows")
HOUSE = ("plugins.operators", "plugins.hooks", *(f"include.{room}" for room in ROOMS), *SCORING)
"""Packages and modules that tasks use; those of other commands are left out."""


class WarmHouse:
    """Packages that are loaded before anybody forks.

    Parameters
    ----------
    root : Path
        Folder of the packages.
    packages : sequence of str
        Loaded with all modules in them.
    """

    def __init__(self, root: Path = PROJECT, packages: Sequence[str] = HOUSE) -> None:
        self._root, self._packages = root, tuple(packages)
        self._tops = tuple(dict.fromkeys(name.partition(".")[0] for name in packages))
        self._seen: dict[Path, tuple[int, int]] = {}

    def load(self) -> None:
        """Load every module that can be, and watch from now on whether its children find the same files."""
        self._seen = dict(_look(path for top in self._tops for path in (self._root / top).rglob("*.py")))
        for name in self._packages:
            # What is broken is told by the task that needs it; here it would keep all tasks from being forked.
            with suppress(Exception):
                package = importlib.import_module(name)
                for found in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{name}."):
                    importlib.import_module(found.name)
        os.register_at_fork(after_in_child=self._forget_if_changed)

    def stay(self) -> None:
        """Keep what is loaded from now on: a task that has begun ends with the code that it began with."""
        self._seen = {}

    def _forget_if_changed(self) -> None:
        if self._seen and dict(_look(self._seen)) != self._seen:
            self.stay()
            for name in [name for name in sys.modules if name.partition(".")[0] in self._tops]:
                if name != __name__:
                    del sys.modules[name]
            importlib.invalidate_caches()


def _look(paths: Iterable[Path]) -> Iterator[tuple[Path, tuple[int, int]]]:
    for path in paths:
        with suppress(FileNotFoundError):
            told = path.stat()
            yield path, (told.st_mtime_ns, told.st_size)


HERE = WarmHouse()
"""The house of this process."""
