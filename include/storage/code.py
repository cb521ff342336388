"""Code and environment as parts of a fingerprint: a step whose code or libraries changed has to run again."""

from __future__ import annotations

import hashlib
import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import include

LIBRARIES = ("duckdb", "numpy", "optuna", "pandas", "pyarrow", "scikit-learn", "scipy", "skops")
"""Libraries whose release can change a result."""

THREADS = ("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Variables that set the number of threads; sums over more threads differ in their last bits."""


@cache
def fingerprint_of_code(*rooms: str) -> str:
    """Return the SHA-256 over the Python files of some rooms, read once a process.

    Parameters
    ----------
    *rooms : str
        Packages or modules below ``include``: ``data``, ``training.estimators``.

    Raises
    ------
    ValueError
        Where there is no such room.

    Examples
    --------
    >>> fingerprint_of_code("domain") == fingerprint_of_code("domain")
    True
    """
    house = Path(include.__file__).parent
    whole = hashlib.sha256()
    for room in sorted(set(rooms)):
        for path in _python_files(house, room):
            content = path.read_bytes()
            whole.update(f"{path.relative_to(house).as_posix()} {len(content)}\n".encode())
            whole.update(content)
    return whole.hexdigest()


def fingerprint_of_environment() -> dict[str, Any]:
    """Return what a result depends on besides data, code and parameters.

    Returns
    -------
    dict
        ``python`` and ``machine``; ``libraries`` with the version of each; ``threads`` with the value of each variable,
        or the number of usable cores where it is not set.
    """
    cores = str(len(os.sched_getaffinity(0)))
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libraries": dict(_libraries()),
        "threads": {name: os.environ.get(name, cores) for name in THREADS},
    }


def _python_files(house: Path, room: str) -> list[Path]:
    place = house.joinpath(*room.split("."))
    if place.is_dir():
        return sorted(place.rglob("*.py"))
    if place.with_suffix(".py").is_file():
        return [place.with_suffix(".py")]
    raise ValueError(f"no room include.{room}")


@cache
def _libraries() -> tuple[tuple[str, str], ...]:
    return tuple((name, _version(name)) for name in LIBRARIES)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
