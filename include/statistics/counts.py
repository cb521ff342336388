"""Statistics of a table of true against predicted classes: recall, precision, F1, balanced accuracy."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from include.statistics.sums import Formula, OfSums

Codes = NDArray[np.intp]
Rate = Literal["recall", "precision", "f1"]


def binary_rate(rate: Rate, truth: Codes, predicted: Codes) -> OfSums:
    """Return recall, precision or F1 of class 1; 0 where nothing could have been found.

    Parameters
    ----------
    rate : {'recall', 'precision', 'f1'}
    truth, predicted : array of shape (n,)
        1 for the positive class.

    Examples
    --------
    >>> binary_rate("recall", np.array([1, 1, 0]), np.array([1, 0, 0])).value()
    0.5
    """
    positive, said = truth == 1, predicted == 1
    terms = np.stack([positive & said, positive, said]).astype(np.float64).T
    return OfSums(terms, _rates(rate, of_class=lambda rates, present: rates[..., 0]))


def macro_rate(rate: Rate, truth: Codes, predicted: Codes, *, classes: int) -> OfSums:
    """Return the mean of a rate over the classes that stand among the true or the predicted.

    Parameters
    ----------
    rate : {'recall', 'precision', 'f1'}
    truth, predicted : array of shape (n,)
        Codes from 0 to ``classes - 1``.
    classes : int
    """
    terms = _table(truth, predicted, classes)
    return OfSums(terms, _rates(rate, of_class=_mean_of_present))


def balanced_accuracy(truth: Codes, predicted: Codes, *, classes: int) -> OfSums:
    """Return the mean recall over the classes that are true of some row.

    Source: Brodersen et al. 2010, *The balanced accuracy and its posterior distribution*, ICPR.

    Examples
    --------
    >>> balanced_accuracy(np.array([0, 0, 0, 1]), np.array([0, 0, 0, 0]), classes=2).value()
    0.5
    """
    return OfSums(_table(truth, predicted, classes), _mean_recall_of_true)


def _table(truth: Codes, predicted: Codes, classes: int) -> Any:
    """Return, for every row, the counts it adds to: hits, truths and predictions of each class, sparse."""
    rows = np.arange(len(truth))
    hit = truth == predicted
    columns = np.concatenate([truth[hit], classes + truth, 2 * classes + predicted])
    places = (np.concatenate([rows[hit], rows, rows]), columns)
    return sparse.csr_array((np.ones(len(columns)), places), shape=(len(truth), 3 * classes))


def _rates(rate: Rate, of_class: Any) -> Formula:
    def formula(sums: NDArray[Any]) -> NDArray[Any]:
        hits, true, said = _split(sums)
        whole = {"recall": true, "precision": said, "f1": (true + said) / 2}[rate]
        return np.asarray(of_class(_share(hits, whole), (true + said).real > 0))

    return formula


def _mean_of_present(rates: NDArray[Any], present: NDArray[np.bool_]) -> NDArray[Any]:
    return (rates * present).sum(axis=-1) / present.sum(axis=-1)


def _mean_recall_of_true(sums: NDArray[Any]) -> NDArray[Any]:
    hits, true, _ = _split(sums)
    return _mean_of_present(_share(hits, true), true.real > 0)


def _share(hits: NDArray[Any], whole: NDArray[Any]) -> NDArray[Any]:
    return hits / np.where(whole.real > 0, whole, 1.0)


def _split(sums: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    hits, true, said = np.split(sums, 3, axis=-1)
    return hits, true, said
