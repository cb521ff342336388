"""Pairs: two models beside each other, judged on the same rows."""

from __future__ import annotations

from dataclasses import dataclass

from include.domain.requirement import Rival
from include.evaluation.judged import Judged
from include.statistics.clusters import Clusters


@dataclass(frozen=True, eq=False)
class Pair:
    """Two models, judged on the same rows.

    Parameters
    ----------
    candidate, rival : Judged
    candidate_name, rival_name : str
        How the detail calls them: ``challenger`` and ``champion``.
    clusters : Clusters
        Rows that belong together.
    """

    candidate: Judged
    rival: Judged
    candidate_name: str
    rival_name: Rival
    clusters: Clusters
