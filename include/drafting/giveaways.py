"""Giveaways: single columns that tell the target before it is predicted, by repeating it or by coming after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from include.domain.metric import Task
from include.drafting.agreement import agree
from include.drafting.column import Column

SAME_ORDER = 0.9995
NEARLY_ALL = 0.98
_BINS = 100
_ROWS_PER_VALUE = 10


@dataclass(frozen=True)
class Giveaway:
    """Why a column tells the target.

    Parameters
    ----------
    reason : str
        For the file: what was seen, and what it means.
    certain : bool
        Whether the column is left out; else somebody should look.
    """

    reason: str
    certain: bool


def find_giveaway(target: Column, column: Column, task: Task) -> Giveaway | None:
    """Tell whether a column gives the target away.

    Parameters
    ----------
    target, column : Column
    task : {'binary', 'multiclass', 'regression'}
    """
    known = target.values.notna().to_numpy()
    share = _equal_share(target, column, known)
    if share is not None:
        return Giveaway(f"equals {target.name} in {share:.1%} of the rows", certain=True)
    if task == "regression":
        return _gives_amount(target, column, known)
    return _gives_class(target, column, known)


def _equal_share(target: Column, column: Column, known: npt.NDArray[np.bool_]) -> float | None:
    if target.is_numeric and column.is_numeric:
        truth, other = target.numbers[known], column.numbers[known]
        same = np.isclose(truth, other, rtol=1e-9, atol=0.0)
    elif target.kind == column.kind:
        truth = target.values[known].to_numpy(dtype=object)
        other = column.values[known].to_numpy(dtype=object)
        same = np.asarray(truth == other, dtype=bool)
    else:
        return None
    return float(same.mean()) if agree(pd.factorize(truth)[0], same) else None


def _gives_amount(target: Column, column: Column, known: npt.NDArray[np.bool_]) -> Giveaway | None:
    if column.is_numeric and column.distinct > 2:
        both = known & np.isfinite(column.numbers)
        if both.sum() < 50 or both.sum() < 0.5 * known.sum():
            return None
        truth, other = target.numbers[both], column.numbers[both]
        order = _rank_correlation(truth, other)
        if abs(order) >= SAME_ORDER:
            reason = (
                f"orders the rows as {target.name} does (rank correlation {order:.4f}): the same thing in other units"
            )
            return Giveaway(reason, certain=True)
        if _explained(truth, _bins(other)) >= NEARLY_ALL:
            return _suspect(target, f"explains {_explained(truth, _bins(other)):.1%} of the variance of {target.name}")
        return None
    codes = pd.factorize(column.values[known])[0]
    if _values_repeat(codes) and _explained(target.numbers[known], codes) >= NEARLY_ALL:
        return _suspect(
            target, f"explains {_explained(target.numbers[known], codes):.1%} of the variance of {target.name}"
        )
    return None


def _gives_class(target: Column, column: Column, known: npt.NDArray[np.bool_]) -> Giveaway | None:
    truth = pd.factorize(target.values[known])[0]
    if column.kind == "moment":
        codes = column.values[known].isna().to_numpy().astype(np.int64)
    elif column.is_numeric and column.distinct > _BINS:
        codes = _bins(column.numbers[known])
    else:
        codes = pd.factorize(column.values[known])[0]
    if not _values_repeat(codes):
        return None
    purity = _purity(truth, codes)
    if purity < NEARLY_ALL:
        return None
    empty_or_not = column.nulls > 0 and _purity(truth, column.values[known].isna().to_numpy()) >= NEARLY_ALL
    if empty_or_not:
        return Giveaway(
            f"is empty or not just as {target.name} is one or the other: filled in afterwards", certain=True
        )
    if len(np.unique(codes)) <= target.distinct + 1 and not (column.is_numeric and column.distinct > _BINS):
        return Giveaway(f"is {target.name} in other words: each of its values goes with one class", certain=True)
    return _suspect(target, f"alone tells the class nearly always (purity {purity:.3f})")


def _suspect(target: Column, what: str) -> Giveaway:
    return Giveaway(f"{what}: is it known before {target.name} is?", certain=False)


def _values_repeat(codes: npt.NDArray[np.int64]) -> bool:
    return len(codes) >= _ROWS_PER_VALUE * len(np.unique(codes))


def _bins(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the number of the quantile bin of each value, -1 where it is missing."""
    finite = np.isfinite(values)
    edges = np.unique(np.quantile(values[finite], np.linspace(0, 1, _BINS + 1)[1:-1])) if finite.any() else np.array([])
    codes = np.searchsorted(edges, values, side="right")
    return np.where(finite, codes, -1)


def _explained(target: npt.NDArray[np.float64], codes: npt.NDArray[np.int64]) -> float:
    """Return the share of the target's variance between the groups (eta squared)."""
    means = pd.Series(target).groupby(codes).transform("mean").to_numpy()
    total = target.var()
    return float(means.var() / total) if total else 0.0


def _purity(truth: npt.NDArray[np.int64], codes: npt.NDArray[np.generic]) -> float:
    """Return how much of the errors of always saying the largest class are avoided by knowing the group, 0 to 1."""
    table = pd.crosstab(codes, truth).to_numpy()
    base = table.sum(axis=0).max() / table.sum()
    right = table.max(axis=1).sum() / table.sum()
    return float((right - base) / (1.0 - base)) if base < 1.0 else 0.0


def _rank_correlation(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float:
    """Return Spearman's rank correlation."""
    ranks = pd.DataFrame({"first": first, "second": second}).rank()
    return float(ranks["first"].corr(ranks["second"])) if ranks.nunique().min() > 1 else 0.0
