"""Distributions: a column as shares of few bins; what is missing and what was never seen have bins of their own.

Great Expectations leaves missing values out of a divergence and calls it infinite at the first unseen value. Here both
count like any other change of share.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd

MISSING, RARE, UNSEEN = "(missing)", "(rare)", "(unseen)"

_FEW = 20
_QUANTILES = np.linspace(0.1, 0.9, 9)


@dataclass(frozen=True)
class Partition:
    """The bins of a column and the share of each that a reference lets one expect.

    Parameters
    ----------
    labels : tuple of str
        The bins; the last is for what is missing.
    shares : ndarray, shape (bins,)
        Positive, their sum is 1.
    values : tuple, optional
        The value of each bin of a column of categories, without the bins for rare, unseen and missing ones.
    rare : frozenset
        Further values that the reference holds.
    edges : ndarray, optional
        Between the bins of a column of amounts; each belongs to the bin above.
    """

    labels: tuple[str, ...]
    shares: np.ndarray
    values: tuple[object, ...] = ()
    rare: frozenset[object] = frozenset()
    edges: np.ndarray | None = None

    def coded(self, column: pd.Series) -> pd.Categorical:
        """Return the bin of every value.

        Parameters
        ----------
        column : Series
            Of the kind the partition was made for; another kind falls outside of it.
        """
        return pd.Categorical.from_codes(self._codes(column), categories=list(self.labels))

    def _codes(self, column: pd.Series) -> np.ndarray:
        if self.edges is not None:
            return _amount_codes(column, self.edges)
        rare = len(self.values)
        places = dict.fromkeys(self.rare, rare) | {value: i for i, value in enumerate(self.values)}
        found, distinct = _factorized(column)
        # What is missing is factorized as -1, and so takes the last place.
        return np.array([*(places.get(value, rare + 1) for value in distinct), rare + 2])[found]


def partition_of(reference: pd.Series, *, as_categories: bool = False) -> Partition:
    """Cut a reference into bins: the deciles of amounts, else the most frequent values.

    A share is expected as the reference shows it, moved off zero as by half a row in each bin [1]_. For what was never
    seen it is the share of values that the reference holds only once [2]_.

    Parameters
    ----------
    reference : Series
    as_categories : bool
        Whether numbers and moments in it are names, not amounts.

    References
    ----------
    .. [1] R. E. Krichevsky, V. K. Trofimov, "The performance of universal encoding", IEEE Trans. Inf. Theory 27 (1981).
    .. [2] I. J. Good, "The population frequencies of species and the estimation of population parameters",
       Biometrika 40 (1953).

    Examples
    --------
    >>> partition_of(pd.Series(["a", "a", "b", None])).labels
    ('a', 'b', '(rare)', '(unseen)', '(missing)')
    """
    is_amount = pd.api.types.is_numeric_dtype(reference) or pd.api.types.is_datetime64_any_dtype(reference)
    is_amount = is_amount and not pd.api.types.is_bool_dtype(reference) and not as_categories
    if is_amount and reference.nunique() > _FEW:
        return _of_amounts(reference)
    return _of_categories(reference)


def _of_amounts(reference: pd.Series) -> Partition:
    amounts = _as_amounts(reference)
    cuts = np.quantile(amounts[np.isfinite(amounts)], _QUANTILES, method="lower")
    # A value that fills a tenth of the rows gets a bin of its own, so that leaving it is seen.
    heavy = cuts[1:][cuts[1:] == cuts[:-1]]
    edges = np.unique(np.concatenate([cuts, np.nextafter(heavy, np.inf)]))
    counts = np.bincount(_amount_codes(reference, edges), minlength=len(edges) + 2)
    return Partition(labels=_told_apart([*_bins(edges, reference), MISSING]), shares=_expected(counts), edges=edges)


def _bins(edges: np.ndarray, reference: pd.Series) -> list[str]:
    follows = [False, *(np.nextafter(edges[:-1], np.inf) == edges[1:])]
    shown = [_shown(edge, reference) for edge in edges]
    labels = [f"below {shown[0]}"]
    for i, start in enumerate(shown):
        if i + 1 < len(edges) and follows[i + 1]:
            labels.append(start)
        elif i + 1 < len(edges):
            labels.append(f"{'above ' if follows[i] else ''}{start} to {shown[i + 1]}")
        else:
            labels.append(f"{'above' if follows[i] else 'from'} {start}")
    return labels


def _of_categories(reference: pd.Series) -> Partition:
    found, distinct = _factorized(reference)
    counts = np.bincount(found[found >= 0], minlength=len(distinct))
    order = sorted(range(len(distinct)), key=lambda i: (-counts[i], str(distinct[i])))
    frequent, rare = order[:_FEW], order[_FEW:]
    shares = _expected(np.array([*counts[frequent], counts[rare].sum(), 0, (found < 0).sum()]))
    unseen = len(frequent) + 1
    new = min(max(shares[unseen], (counts == 1).sum() / max(len(reference), 1)), 0.5)
    shares *= (1 - new) / (1 - shares[unseen])
    shares[unseen] = new
    values = tuple(distinct[i] for i in frequent)
    return Partition(
        labels=_told_apart([*map(_named, values), RARE, UNSEEN, MISSING]),
        shares=shares,
        values=values,
        rare=frozenset(distinct[i] for i in rare),
    )


def _expected(counts: np.ndarray) -> np.ndarray:
    shares: np.ndarray = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    return shares


def _amount_codes(column: pd.Series, edges: np.ndarray) -> np.ndarray:
    amounts = _as_amounts(column)
    codes = np.searchsorted(edges, amounts, side="right")
    return np.where(np.isnan(amounts), len(edges) + 1, codes)


def _as_amounts(column: pd.Series) -> np.ndarray:
    if pd.api.types.is_datetime64_any_dtype(column):
        column = (column - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _factorized(column: pd.Series) -> tuple[np.ndarray, list[object]]:
    # As objects 1 and 1.0 are one value, whichever of them the gaps of a column made of it.
    found, distinct = pd.factorize(column)
    return found, list(distinct)


def _shown(edge: float, reference: pd.Series) -> str:
    if pd.api.types.is_datetime64_any_dtype(reference):
        return pd.Timestamp(edge, unit="s").isoformat(sep=" ", timespec="seconds")
    return _number(edge)


def _named(value: object) -> str:
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    return f"{value:.6g}" if abs(value) > sys.float_info.min else "0"


def _told_apart(labels: list[str]) -> tuple[str, ...]:
    told: dict[str, None] = {}
    for label in labels:
        unique = label
        while unique in told:
            unique += "'"
        told[unique] = None
    return tuple(told)
