"""Identities: sums and differences of columns that are the target, to the cent, for nearly every row.

A target that can be added up from its parts is not predicted from them: whoever knows the parts knows the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from include.drafting.agreement import agree

Floats = npt.NDArray[np.float64]

SAMPLE = 10_000
LARGEST_COEFFICIENT = 12
MOST_COLUMNS = 80
_STEPS = 40
_NEAR_A_WHOLE_NUMBER = 0.02


@dataclass(frozen=True)
class Identity:
    """The target as a sum of other columns.

    Parameters
    ----------
    target : str
    terms : tuple of (int, str)
        Coefficient and column.
    share : float
        Share of the rows for which it holds.
    """

    target: str
    terms: tuple[tuple[int, str], ...]
    share: float

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that add up to the target."""
        return tuple(name for _, name in self.terms)

    def __str__(self) -> str:
        """Return the identity as people write it."""
        text = ""
        for coefficient, name in sorted(self.terms, key=lambda term: (-term[0], term[1])):
            sign = "-" if coefficient < 0 else "+"
            factor = "" if abs(coefficient) == 1 else f"{abs(coefficient)} x "
            text += f" {sign} {factor}{name}"
        return f"{self.target} = {text.removeprefix(' + ').strip()}"


def find_identity(name: str, target: Floats, columns: Mapping[str, Floats], seed: int = 0) -> Identity | None:
    """Find whole numbers c with ``target = c1 x1 + c2 x2 + …`` for at least 99 % of the rows.

    The coefficients are those of least absolute deviations, which do not care about the one row in a hundred that
    breaks the rule: found by iteratively reweighted least squares on a sample, rounded, and verified on all rows.

    Parameters
    ----------
    name : str
        Name of the target.
    target : ndarray of shape (n,)
    columns : mapping of str to ndarray of shape (n,)
        NaN where a value is missing.
    seed : int
        Of the sample.

    References
    ----------
    Schlossmacher (1973), An iterative technique for absolute deviations curve fitting, JASA 68.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> casual, registered, wind = rng.integers(0, 50, 500), rng.integers(0, 200, 500), rng.normal(size=500)
    >>> print(find_identity("cnt", casual + registered, {"casual": casual, "registered": registered, "wind": wind}))
    cnt = casual + registered
    """
    usable = _usable(target, columns)
    if not usable:
        return None
    names = tuple(usable)
    matrix = np.column_stack([usable[column] for column in names])
    rows = np.flatnonzero(np.isfinite(target) & np.isfinite(matrix).all(axis=1))
    if len(rows) < max(50, 5 * len(names), len(target) // 2):
        return None
    rows = np.random.default_rng(seed).permutation(rows)[:SAMPLE]
    found = _whole(_least_absolute_deviations(matrix[rows], target[rows]))
    if found is not None:
        identity = _verified(name, target, usable, dict(zip(names, found, strict=True)))
        if identity:
            return identity
    return _of_two(name, target, usable, rows[:200])


def _usable(target: Floats, columns: Mapping[str, Floats]) -> dict[str, Floats]:
    known = np.isfinite(target)
    varied = {
        name: values.astype(np.float64)
        for name, values in columns.items()
        if np.isfinite(values[known]).mean() >= 0.99 and np.nanmax(values) > np.nanmin(values)
    }
    if len(varied) <= MOST_COLUMNS:
        return varied
    strength = {name: _correlation(values, target) for name, values in varied.items()}
    strongest = sorted(varied, key=lambda name: -strength[name])[:MOST_COLUMNS]
    return {name: varied[name] for name in strongest}


def _correlation(values: Floats, target: Floats) -> float:
    both = np.isfinite(values) & np.isfinite(target)
    if not both.any() or values[both].std() == 0 or target[both].std() == 0:
        return 0.0
    return float(abs(np.corrcoef(values[both], target[both])[0, 1]))


def _least_absolute_deviations(matrix: Floats, target: Floats) -> Floats:
    scales = np.abs(matrix).mean(axis=0)
    scaled = matrix / scales
    weights = np.ones(len(target))
    solution = np.zeros(matrix.shape[1])
    smallest = np.abs(target - np.median(target)).mean() or 1.0
    for _ in range(_STEPS):
        root = np.sqrt(weights)
        solution = np.linalg.lstsq(scaled * root[:, None], target * root, rcond=None)[0]
        smallest = max(smallest * 0.5, 1e-9)
        weights = 1.0 / np.maximum(np.abs(target - scaled @ solution), smallest)
    return np.asarray(solution / scales, dtype=np.float64)


def _whole(coefficients: Floats) -> npt.NDArray[np.int64] | None:
    rounded = np.rint(coefficients)
    if np.abs(coefficients - rounded).max() > _NEAR_A_WHOLE_NUMBER or not rounded.any():
        return None
    return rounded.astype(np.int64) if np.abs(rounded).max() <= LARGEST_COEFFICIENT else None


def _verified(
    name: str, target: Floats, columns: Mapping[str, Floats], coefficients: Mapping[str, int]
) -> Identity | None:
    terms = tuple((int(c), column) for column, c in coefficients.items() if c)
    total = np.sum([c * columns[column] for c, column in terms], axis=0)
    both = np.isfinite(target) & np.isfinite(total)
    same = np.abs(target[both] - total[both]) <= 1e-6 * np.maximum(np.abs(target[both]), 1.0)
    return Identity(name, terms, float(same.mean())) if agree(target[both], same) else None


def _of_two(name: str, target: Floats, columns: Mapping[str, Floats], rows: npt.NDArray[np.int64]) -> Identity | None:
    """Try every sum and difference of two: where columns repeat each other, least deviations has no one answer."""
    few = {column: values[rows] for column, values in columns.items()}
    for first, second in combinations(columns, 2):
        for a, b in ((1, 1), (1, -1), (-1, 1)):
            same = np.isclose(a * few[first] + b * few[second], target[rows], rtol=1e-6, atol=1e-6)
            if same.mean() >= 0.95:
                identity = _verified(name, target, columns, {first: a, second: b})
                if identity:
                    return identity
    return None
