"""Segments seen: which segments of a fleet have surely lost quality since its promotion, and whether the rest has."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from include.domain.concerns import LOST_ELSEWHERE, SEGMENTS_WATCHED, SEGMENTS_WORSE
from include.domain.evidence import Interval, Observation
from include.domain.named_segments import named_segments
from include.domain.spec import ModelSpec
from include.statistics.risen import Risen, observe_rises
from include.watching.labels_seen import NO_LABELS
from include.watching.segment_losses import SegmentLosses

SOME_AT_MOST = 1_000
"""Segments that a record names; where more of them are worse, it is the fleet that is."""


@dataclass(frozen=True, eq=False)
class SegmentsSeen:
    """What was seen of the segments of a window.

    Parameters
    ----------
    observations : tuple of Observation
    table : DataFrame
        A row a segment with labels in the window, the worst first: ``segment``, ``rows_then``, ``rows``, ``then``,
        ``now``, ``rise``, ``low``, ``high``, ``p_value`` and ``verdict``: ``worse``, ``kept`` or ``too few``.
    worse : tuple of str
        Segments that have surely lost quality, where the others have kept theirs.
    loss : str
        What was counted.
    """

    observations: tuple[Observation, ...]
    table: pd.DataFrame
    worse: tuple[str, ...]
    loss: str


def observe_segments(spec: ModelSpec, now: SegmentLosses, then: SegmentLosses) -> SegmentsSeen:
    """Compare every segment with itself at the promotion.

    Parameters
    ----------
    spec : ModelSpec
    now : SegmentLosses
        Of the window.
    then : SegmentLosses
        Of the rows that judged the fleet.

    Notes
    -----
    Segments with fewer than ``monitoring.rows_at_least`` values at either time are not watched. The others are told
    apart by the procedure of Benjamini & Hochberg 1995 (*Controlling the false discovery rate*, JRSS B 57): of a fleet
    that has kept its quality none is called worse but in ``(1 - confidence) / 2`` of the windows, and of those that are
    called worse no greater share is expected to be called so wrongly, however many segments there are.
    """
    names, codes = np.unique(np.concatenate([then.segments, now.segments]), return_inverse=True)
    is_now = np.arange(len(codes)) >= len(then.segments)
    seen = observe_rises(np.concatenate([then.losses, now.losses]), codes, is_now, len(names))
    least = spec.monitoring.rows_at_least
    watched = (seen.of_then >= least) & (seen.of_now >= least)
    worse = np.zeros(len(names), dtype=bool)
    confidence = spec.monitoring.confidence
    if watched.any():
        found = stats.false_discovery_control(seen.p_values[watched]) <= (1 - confidence) / 2
        worse[watched] = found & (seen.rise[watched] > 0)
    elsewhere = _elsewhere(seen, watched & ~worse, confidence, then.loss)
    table = _table(names, seen, watched, worse, confidence)
    called = tuple(table["segment"][table["verdict"] == "worse"])
    lost = elsewhere.interval is not None and elsewhere.interval.low > 0
    counted = _counted(spec, now, then, table, called)
    return SegmentsSeen((*counted, elsewhere), table, () if lost or len(called) > SOME_AT_MOST else called, then.loss)


def _table(
    names: np.ndarray[tuple[int], np.dtype[np.object_]],
    seen: Risen,
    watched: np.ndarray[tuple[int], np.dtype[np.bool_]],
    worse: np.ndarray[tuple[int], np.dtype[np.bool_]],
    confidence: float,
) -> pd.DataFrame:
    reach = stats.norm.ppf((1 + confidence) / 2) * seen.error
    table = pd.DataFrame(
        {
            "segment": names,
            "rows_then": seen.of_then,
            "rows": seen.of_now,
            "then": seen.then,
            "now": seen.now,
            "rise": seen.rise,
            "low": seen.rise - reach,
            "high": seen.rise + reach,
            "p_value": np.where(watched, seen.p_values, np.nan),
            "verdict": np.where(worse, "worse", np.where(watched, "kept", "too few")),
        }
    )
    return table[table["rows"] > 0].sort_values(["p_value", "segment"], na_position="last", ignore_index=True)


def _counted(
    spec: ModelSpec, now: SegmentLosses, then: SegmentLosses, table: pd.DataFrame, worse: tuple[str, ...]
) -> tuple[Observation, Observation]:
    few, watched = int((table["verdict"] == "too few").sum()), int((table["verdict"] != "too few").sum())
    problem = then.problem or now.problem or ("" if len(table) else NO_LABELS)
    told = problem or (_too_few(few, len(table), spec.monitoring.rows_at_least) if few else "")
    by = f"of {watched:,} watched, by {then.loss}" + (f": {named_segments(worse)}" if worse else "")
    count = len(worse) if watched else None
    return (
        Observation(name=SEGMENTS_WATCHED, value=watched, unit="count", n=len(table), detail=told),
        Observation(name=SEGMENTS_WORSE, value=count, unit="count", detail=by if watched else told),
    )


def _too_few(few: int, segments: int, asked: int) -> str:
    told = f"{few:,} of {segments:,} segments have fewer than {asked:,} labelled rows, now or at the promotion"
    advice = "lengthen monitoring.labels.window, or ask for fewer with monitoring.rows_at_least"
    return told if few < segments else f"{told}: {advice}"


def _elsewhere(
    seen: Risen, kept: np.ndarray[tuple[int], np.dtype[np.bool_]], confidence: float, loss: str
) -> Observation:
    """Observe what the segments that are not called worse have lost together, each by its rows of today."""
    kept = kept & np.isfinite(seen.error)
    rows = seen.of_now[kept].astype(np.float64)
    if not rows.sum():
        return Observation(name=LOST_ELSEWHERE, value=None, n=0, detail="no other segment could be watched")
    value = float(rows @ seen.rise[kept] / rows.sum())
    error = math.sqrt(float(rows**2 @ seen.error[kept] ** 2)) / float(rows.sum())
    reach = float(stats.norm.ppf((1 + confidence) / 2)) * error
    interval = Interval(low=value - reach, high=value + reach, confidence=confidence, method="stratified by segment")
    return Observation(name=LOST_ELSEWHERE, value=value, interval=interval, n=int(rows.sum()), detail=f"by {loss}")
