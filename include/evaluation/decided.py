"""What two models' decisions rest on: their thresholds, and whether the better ranking earns less."""

from __future__ import annotations

from include.domain.metric import VALUE
from include.evaluation.judged import Judged
from include.evaluation.measured import unanswerable
from include.evaluation.pair import Pair
from include.evaluation.scores import score


def decisions_told(pair: Pair) -> list[str]:
    """Return what a person wants to know beside the value of two models: thresholds, and a ranking that disagrees."""
    if len(pair.candidate.classes) != 2:
        return []
    named = ((pair.candidate_name, pair.candidate), (pair.rival_name, pair.rival))
    told = ["decided at " + ", ".join(f"{name} {_line(judged)}" for name, judged in named)]
    if any(unanswerable("roc_auc", judged) for _, judged in named):
        return told
    area, worth = (tuple(score(metric, judged) for _, judged in named) for metric in ("roc_auc", VALUE))
    if area[0] > area[1] and worth[0] < worth[1]:
        areas = ", ".join(f"{name} {value:.6g}" for (name, _), value in zip(named, area, strict=True))
        told.append(f"the better ranking is worth less: roc_auc {areas}")
    return told


def _line(judged: Judged) -> str:
    return "the most probable class" if judged.threshold is None else f"{judged.threshold:.6g}"
