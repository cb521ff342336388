"""How often windows raise an alarm: of worlds in which nothing changes, and of worlds in which one column does."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from include.bench.drift_worlds import Change, Reference, World, counted, referenced
from include.domain.record import Record
from include.monitoring.calibration import Calibrations
from include.monitoring.drift import FALSE_ALARMS, measure_drift
from include.monitoring.evidently_defaults import flagged_by_default
from include.statistics.family import false_alarms_of
from include.statistics.proportion import exact_interval

SEED = 20_261

ROWS = (50, 100, 200, 500, 1_000, 5_000)
COLUMNS = (20, 100)
LEVELS = (0, 10, 50)
CHANGES: tuple[Change, ...] = ("shift 0.3 sd", "shift 0.5 sd", "90 % nulls", "unseen 2 %")
REFERENCES = 3

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

    @property
    def drawn(self) -> World:
        """The columns that are drawn: all, or the changed one alone, for no alarm about it depends on the others."""
        return self.world if self.change == "none" else self.world.model_copy(update={"columns": 1})

    @property
    def false_alarms(self) -> float:
        """Probability of a false alarm about what is drawn: the share of the changed column, or that of all."""
        if self.change == "none":
            return FALSE_ALARMS
        weights = [column.weight for column in self.world.watched(self.important)]
        return float(false_alarms_of(weights, FALSE_ALARMS)[0])

    @property
    def references(self) -> int:
        """How many references are drawn; to calibrate a hundred columns of levels takes minutes for each."""
        return 1 if self.drawn.columns >= COLUMNS[-1] and self.world.levels else REFERENCES


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
    drawn = settings[0].drawn
    reference = referenced(drawn, _rng(drawn, part))
    return {setting: _judged(setting, reference, windows, evidently, _rng(setting, part)) for setting in settings}


def _judged(setting: Setting, reference: Reference, windows: int, evidently: int, rng: np.random.Generator) -> Tally:
    world, columns = setting.drawn, setting.drawn.watched()
    calibrations = Calibrations(reference.summary)
    alarms = theirs = 0
    for i in range(windows):
        frame = world.rows(setting.rows, rng, setting.change)
        window = counted(reference.summary, frame)
        drift = measure_drift(
            reference.summary, window, columns, false_alarms=setting.false_alarms, calibrations=calibrations
        )
        alarms += bool(drift.drifted)
        if i < evidently:
            theirs += bool(flagged_by_default(reference.frame, frame, numeric=not world.levels))
    return Tally(windows=windows, alarms=alarms, evidently_windows=evidently, evidently_alarms=theirs)


def _rng(drawn: Record, part: int) -> np.random.Generator:
    return np.random.default_rng([SEED, zlib.crc32(drawn.model_dump_json().encode()), part])
