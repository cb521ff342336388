"""How often windows raise an alarm: of worlds in which nothing changes, and of worlds in which one column does."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from include.bench.drift_worlds import Change, Reference, World, counted, referenced
from include.domain.record import Record
from include.monitoring.calibration import Calibrations
from include.monitoring.drift import measure_drift
from include.monitoring.evidently_defaults import flagged_by_default
from include.statistics.proportion import exact_interval

SEED = 20_261

ROWS = (50, 100, 200, 500, 1_000, 5_000)
COLUMNS = (20, 100)
LEVELS = (0, 10, 50)
CHANGES: tuple[Change, ...] = ("shift 0.3 sd", "shift 0.5 sd", "90 % nulls", "unseen 2 %")
REFERENCES = 3
"""References that are drawn of every world."""

IMPORTANT = 0.3
"""Share of all importance that the changed column holds, where it is important."""


class Setting(Record):
    """What windows are drawn of.

    Parameters
    ----------
    world : World
    rows : int
        Of every window.
    change : str
        What happens to the first column.
    important : float, optional
        Share of all importance that the first column holds; all alike if left out.
    """

    world: World
    rows: int
    change: Change = "none"
    important: float | None = None


class Tally(Record):
    """How windows were judged.

    Parameters
    ----------
    windows, alarms : int
    evidently_windows, evidently_alarms : int
        The first of them, judged by Evidently's defaults.
    """

    windows: int = 0
    alarms: int = 0
    evidently_windows: int = 0
    evidently_alarms: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(**{name: value + getattr(other, name) for name, value in self})

    @property
    def share(self) -> float:
        """Share of the windows with an alarm."""
        return self.alarms / self.windows

    @property
    def interval(self) -> tuple[float, float]:
        """Where that share may lie: the exact 95% interval."""
        return exact_interval(self.alarms, self.windows, confidence=0.95)


def judge_windows(settings: Sequence[Setting], *, windows: int, evidently: int, part: int = 0) -> dict[Setting, Tally]:
    """Draw a reference and windows beside it, and count those with an alarm.

    Where nothing changes, an alarm is one about any column; where the first column changes, it is one about that.

    Parameters
    ----------
    settings : sequence of Setting
        Of the same world; all are compared with the same reference.
    windows : int
        Of every setting.
    evidently : int
        How many of them Evidently judges too.
    part : int
        Which part of the windows of the settings this is; each has a reference and chance of its own.

    Examples
    --------
    >>> shifted = Setting(world=World(levels=0, columns=3), rows=500, change="shift 0.5 sd")
    >>> judge_windows([shifted], windows=5, evidently=0)[shifted].share
    1.0
    """
    reference = referenced(settings[0].world, _rng(settings[0].world, part))
    return {setting: _judged(setting, reference, windows, evidently, _rng(setting, part)) for setting in settings}


def _judged(setting: Setting, reference: Reference, windows: int, evidently: int, rng: np.random.Generator) -> Tally:
    world, changes = setting.world, setting.change != "none"
    columns = world.watched(1 / world.columns if setting.important is None else setting.important)
    calibrations = Calibrations(reference.summary)
    first = columns[0].name
    alarms = theirs = 0
    for i in range(windows):
        frame = world.rows(setting.rows, rng, setting.change)
        drift = measure_drift(reference.summary, counted(reference.summary, frame), columns, calibrations=calibrations)
        found = [column.name for column in drift.drifted]
        alarms += first in found if changes else bool(found)
        if i < evidently:
            flagged = flagged_by_default(reference.frame, frame, numeric=not world.levels)
            theirs += first in flagged if changes else bool(flagged)
    return Tally(windows=windows, alarms=alarms, evidently_windows=evidently, evidently_alarms=theirs)


def _rng(drawn: Record, part: int) -> np.random.Generator:
    return np.random.default_rng([SEED, zlib.crc32(drawn.model_dump_json().encode()), part])
