"""Segment losses: what a fleet's answers cost in every segment, row by row, where the truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.spec import ModelSpec
from include.evaluation.judged import judge
from include.evaluation.row_losses import loss_of, row_losses
from include.statistics.clusters import Floats
from include.training.segments import segments_of
from include.watching.served import Served


@dataclass(frozen=True, eq=False)
class SegmentLosses:
    """What answers cost, each of them by its segment.

    Parameters
    ----------
    loss : str
        What is counted, as :func:`include.evaluation.row_losses.loss_of` names it.
    segments : array of shape (n,)
        Segment of each row; of an entity's rows, which say the same thing twice, there is one, their mean.
    losses : array of shape (n,)
        More is worse.
    problem : str
        Why there are none; empty if there are, or if no label is known.
    """

    loss: str
    segments: NDArray[Any]
    losses: Floats
    problem: str = ""


def losses_by_segment(spec: ModelSpec, served: Served, *, loss: str = "") -> SegmentLosses:
    """Return what answers cost where the label is known.

    Parameters
    ----------
    spec : ModelSpec
        With ``segment_by``.
    served : Served
    loss : str
        What is counted; what stands for the deciding metric if left out.
    """
    rows = served.where(served.labelled(spec))
    nothing = SegmentLosses(loss, np.empty(0, dtype=object), np.empty(0))
    if not len(rows):
        return nothing
    judged = judge(spec, rows.frame, rows.said)
    if judged.problem:
        return SegmentLosses(loss, nothing.segments, nothing.losses, judged.problem)
    counted = loss or loss_of(spec.deciding_metric, judged)
    codes, keys = segments_of(spec.segment_columns, rows.frame)
    each = pd.DataFrame({"code": codes, "loss": row_losses(counted, judged)})
    entity = spec.data.entity
    # A segment that is one entity's is judged by its rows: there is no other entity that it should stand for.
    if entity is not None and entity not in spec.segment_columns:
        each["entity"] = rows.frame[entity].to_numpy()
        each = each.groupby(["code", "entity"], dropna=False, sort=False)["loss"].mean().reset_index()
    segments = np.array(keys, dtype=object)[each["code"].to_numpy()]
    return SegmentLosses(counted, segments, each["loss"].to_numpy(np.float64))
