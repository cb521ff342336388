"""Predictions: what a model said of some rows, row by row, apart from how the model is made or what is true."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from include.domain.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Predictions:
    """What one model said of ``n`` rows, in the order of the rows it was asked about.

    Parameters
    ----------
    values : array of shape (n,)
        Predicted numbers, or predicted classes.
    probabilities : array of shape (n, k), optional
        Probability of every class, columns in the order of `classes`; None for numbers and for models without them.
    classes : array of shape (k,), optional
        The classes that the model knows; None for numbers.
    threshold : float, optional
        Probability of the last class from which on a binary model decides for it; None where the most probable class
        is predicted.
    served_by : array of shape (n,), optional
        Of a fleet who answered for each row: ``member``, the model of its segment, or ``pooled``, that of all of them.

    Raises
    ------
    DataError
        If the shapes do not belong together.
    """

    values: NDArray[Any]
    probabilities: NDArray[np.float64] | None = None
    classes: NDArray[Any] | None = None
    threshold: float | None = None
    served_by: NDArray[Any] | None = None

    def __post_init__(self) -> None:
        if self.values.ndim != 1:
            raise DataError(f"expected one prediction for every row, got an array of shape {self.values.shape}")
        if self.served_by is not None and self.served_by.shape != self.values.shape:
            raise DataError(f"{len(self.values):,} predictions, and who gave {len(self.served_by):,} of them")
        if self.probabilities is None:
            return
        if self.classes is None:
            raise DataError("probabilities without classes: nobody knows which column stands for which class")
        expected = (len(self.values), len(self.classes))
        if self.probabilities.shape != expected:
            raise DataError(
                f"expected probabilities of shape {expected} (rows, classes), got {self.probabilities.shape}"
            )

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.values)

    def where(self, chosen: NDArray[np.bool_]) -> Predictions:
        """Return the predictions of the chosen rows, in their order.

        Parameters
        ----------
        chosen : array of shape (n,), bool

        Raises
        ------
        DataError
            If it does not choose among these n rows.
        """
        if len(chosen) != len(self):
            raise DataError(f"{len(self):,} predictions for {len(chosen):,} rows: they are not of the same rows")
        return self._part(chosen)

    def between(self, start: int, stop: int) -> Predictions:
        """Return the predictions of the rows from one place up to another, itself not among them."""
        return self._part(slice(start, stop))

    def _part(self, rows: Any) -> Predictions:
        return replace(
            self,
            values=self.values[rows],
            probabilities=None if self.probabilities is None else self.probabilities[rows],
            served_by=None if self.served_by is None else self.served_by[rows],
        )

    def at(self, threshold: float) -> Predictions:
        """Return what the same probabilities decide at another threshold.

        Raises
        ------
        DataError
            If these are no probabilities of two classes.
        """
        if self.probabilities is None or self.classes is None or len(self.classes) != 2:
            raise DataError("a threshold decides between two classes by their probabilities, and there are none")
        is_positive = self.probabilities[:, 1] >= threshold
        return replace(self, values=self.classes[is_positive.astype(int)], threshold=threshold)
