"""The machine: what a figure was measured on, without a name or a path of it."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path


def machine() -> str:
    """Return processor, cores, memory, system and Python in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = (_processor(), f"{os.cpu_count()} cores", f"{memory:.0f} GB", platform.system())
    return f"{', '.join(parts)}, Python {platform.python_version()}"


def release() -> str:
    """Return which release of the project was measured."""
    return f"version {version('sluice')}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()
