"""Costs: seconds and memory of the steps of a training, as metrics of its run."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class StepCosts:
    """What steps took, by name.

    Examples
    --------
    >>> costs = StepCosts()
    >>> with costs.of("fit"):
    ...     squares = [i * i for i in range(1000)]
    >>> sorted(costs.as_metrics())
    ['fit_peak_memory_bytes', 'fit_seconds']
    """

    def __init__(self) -> None:
        self._metrics: dict[str, float] = {}

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        """Measure a step: its wall time, and the most memory that the process held while it ran."""
        _forget_peak()
        began = time.perf_counter()
        try:
            yield
        finally:
            self._metrics[f"{step}_seconds"] = time.perf_counter() - began
            self._metrics[f"{step}_peak_memory_bytes"] = float(peak_memory_bytes())

    def as_metrics(self) -> dict[str, float]:
        """Return ``<step>_seconds`` and ``<step>_peak_memory_bytes`` of every step."""
        return dict(self._metrics)


def peak_memory_bytes() -> int:
    """Return the most memory that this process held.

    Not ``ru_maxrss``, where Linux tells better: who was just started has there the peak of whoever started it.
    """
    with suppress(OSError, StopIteration):
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _forget_peak() -> None:
    # Linux resets the high-water mark for who writes 5 there (proc(5), clear_refs); elsewhere the mark of the whole
    # process has to do.
    with suppress(OSError):
        _CLEAR.write_text("5")
