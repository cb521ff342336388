"""Statistics: numbers that can be computed anew from multiplicities of rows, without copying a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from include.statistics.clusters import Floats


class Statistic(Protocol):
    """One number of ``n`` rows."""

    def value(self) -> float:
        """Return the number for the rows as they are; NaN where it is not defined."""
        ...

    def resampled(self, weights: Floats) -> Floats:
        """Return the number for resamples in which row i stands ``weights[:, i]`` times.

        Parameters
        ----------
        weights : array of shape (b, n)

        Returns
        -------
        array of shape (b,)
            NaN where it is not defined.
        """
        ...

    def influence(self) -> Floats | None:
        """Return what each row adds to the number, to first order, or None where it does not change smoothly.

        Returns
        -------
        array of shape (n,), or None
            Mean 0; the number of a resample is about the number itself plus ``weights @ influence / n`` (Hampel 1974,
            *The influence curve and its role in robust estimation*, JASA 69).
        """
        ...


@dataclass(frozen=True, eq=False)
class Combination:
    """A weighted sum of statistics of the same rows: a difference, or a mean over classes.

    Parameters
    ----------
    parts : sequence of Statistic
    factors : sequence of float
        One for each part.
    """

    parts: Sequence[Statistic]
    factors: Sequence[float]

    def value(self) -> float:
        """Return the weighted sum of the parts."""
        return sum(factor * part.value() for factor, part in self._terms())

    def resampled(self, weights: Floats) -> Floats:
        """Return the weighted sum of the parts in every resample."""
        return sum(factor * part.resampled(weights) for factor, part in self._terms())  # type: ignore[return-value]

    def influence(self) -> Floats | None:
        """Return the weighted sum of the influences; None if one part has none."""
        influences = [part.influence() for part in self.parts]
        if any(influence is None for influence in influences):
            return None
        return sum(f * i for f, i in zip(self.factors, influences, strict=True) if i is not None)  # type: ignore[return-value]

    def _terms(self) -> list[tuple[float, Statistic]]:
        return list(zip(self.factors, self.parts, strict=True))
