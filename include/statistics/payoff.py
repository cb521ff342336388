"""Payoffs: what every decision about some rows is worth, and the threshold at which all of them are worth most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from include.domain.errors import DataError
from include.domain.spec.value import ERRORS, OUTCOMES, Payoff, ValueSpec
from include.statistics.clusters import Floats


@dataclass(frozen=True, eq=False)
class Payoffs:
    """What each outcome would be worth in each of ``n`` rows.

    Parameters
    ----------
    by_outcome : dict of str to array of shape (n,)
        Payoffs by the names of :data:`include.domain.spec.value.OUTCOMES` and ``ERRORS``, in the unit of the spec.
    """

    by_outcome: dict[str, Floats]

    def where(self, chosen: NDArray[np.bool_]) -> Payoffs:
        """Return the payoffs of the chosen rows, in their order."""
        return Payoffs({name: payoff[chosen] for name, payoff in self.by_outcome.items()})

    def of_decisions(self, positive: NDArray[np.bool_], said_positive: NDArray[np.bool_]) -> Floats:
        """Return what each decision of a binary model is worth.

        Parameters
        ----------
        positive, said_positive : array of shape (n,)

        Examples
        --------
        >>> paid = payoffs_of(ValueSpec(unit="EUR", false_positive=-5, false_negative="loss"), {"loss": [-80.0, -9.0]})
        >>> paid.of_decisions(np.array([True, False]), np.array([False, True])).tolist()
        [-80.0, -5.0]
        """
        paid = self.by_outcome
        if_positive = np.where(said_positive, paid["true_positive"], paid["false_negative"])
        if_negative = np.where(said_positive, paid["false_positive"], paid["true_negative"])
        return np.where(positive, if_positive, if_negative)

    def of_errors(self, errors: Floats) -> Floats:
        """Return what each error of a regression is worth: so much a unit, by its side.

        Parameters
        ----------
        errors : array of shape (n,)
            Predicted minus true.
        """
        paid = self.by_outcome
        return np.maximum(errors, 0.0) * paid["over"] + np.maximum(-errors, 0.0) * paid["under"]


def payoffs_of(value: ValueSpec, columns: Mapping[str, Any], *, rows: int | None = None) -> Payoffs:
    """Return the payoffs of rows.

    Parameters
    ----------
    value : ValueSpec
    columns : mapping of str to array of shape (n,)
        The rows, as a frame or column by column.
    rows : int, optional
        Number of rows; that of the columns if left out.

    Raises
    ------
    DataError
        If a column is missing, holds no numbers, or has gaps: a decision that nobody can price cannot be judged.
    """
    read = {column: _numbers(outcome, column, columns) for outcome, column in value.columns()}
    count = rows if rows is not None else len(next(iter(read.values()), []))
    return Payoffs({name: _paid(value.payoff(name), read, count) for name in (*OUTCOMES, *ERRORS)})


@dataclass(frozen=True)
class Cut:
    """A threshold, and what a decision at it is worth on average, in the unit of the payoffs."""

    threshold: float
    worth: float


def best_threshold(positive: NDArray[np.bool_], probability: Floats, payoffs: Payoffs) -> Cut:
    """Return the threshold at which the decisions about some rows are worth most.

    Rows at or above it are said to be positive. Every cut between two neighbouring probabilities is looked at, and both
    ends, at which nobody or everybody is; of equally good ones the nearest to 0.5 is taken. The empirical counterpart
    of the cost-sensitive decision of Elkan 2001, *The foundations of cost-sensitive learning*, IJCAI, which needs no
    calibrated probabilities.

    Parameters
    ----------
    positive : array of shape (n,), bool
    probability : array of shape (n,)
        Of being positive.
    payoffs : Payoffs
        Of these rows.

    Examples
    --------
    >>> value = ValueSpec(unit="EUR", false_positive=-1, false_negative=-10)
    >>> best_threshold(np.array([False, False, True, True]), np.array([0.1, 0.2, 0.3, 0.9]), payoffs_of(value, {},
    ...     rows=4))
    Cut(threshold=0.25, worth=0.0)
    """
    nobody = np.zeros(len(positive), dtype=bool)
    as_negative, as_positive = (payoffs.of_decisions(positive, said) for said in (nobody, ~nobody))
    order = np.argsort(-probability, kind="stable")
    ranked = probability[order]
    gained = np.concatenate([[0.0], np.cumsum((as_positive - as_negative)[order])])
    ends = np.concatenate([[True], ranked[1:] < ranked[:-1], [True]])
    cuts = np.flatnonzero(ends)
    best = cuts[gained[cuts] >= gained[cuts].max() - 1e-12 * np.abs(gained).max()]
    thresholds = np.array([_between(ranked, int(cut)) for cut in best])
    chosen = int(np.argmin(np.abs(thresholds - 0.5)))
    said = probability >= thresholds[chosen]
    return Cut(float(thresholds[chosen]), float(np.mean(payoffs.of_decisions(positive, said))))


def _between(ranked: Floats, cut: int) -> float:
    """Return a threshold that the first ``cut`` of falling probabilities reach, and no other."""
    if cut == len(ranked):
        return 0.0
    above = float(ranked[cut - 1]) if cut else 1.0
    below = float(ranked[cut])
    middle = (above + below) / 2
    if middle > below:
        return middle
    return above if cut else float(np.nextafter(max(below, 1.0), 2.0))


def _paid(payoff: Payoff, read: Mapping[str, Floats], rows: int) -> Floats:
    if payoff.column is None:
        return np.full(rows, payoff.plus)
    return payoff.times * read[payoff.column] + payoff.plus


def _numbers(outcome: str, column: str, columns: Mapping[str, Any]) -> Floats:
    where = f"value.{outcome}: column {column!r}"
    if column not in columns:
        raise DataError(f"{where} is not among the clean columns: {', '.join(map(str, columns))}")
    held = np.asarray(columns[column])
    try:
        # A moment would turn into nanoseconds, and nobody pays in those.
        found = held.astype(np.float64) if held.dtype.kind != "M" else None
    except (TypeError, ValueError):
        found = None
    if found is None:
        raise DataError(f"{where} holds no numbers, and a payoff is one: the first is {held[0]!r}")
    missing = int(np.sum(~np.isfinite(found)))
    if missing:
        raise DataError(
            f"{where} is missing or infinite in {missing:,} of {len(found):,} rows: fill it with a cleaning step, or "
            f"set those rows aside with expect_column_values_to_not_be_null and quarantine: true"
        )
    return found
