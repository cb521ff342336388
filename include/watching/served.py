"""Served rows: what a champion was asked, what it said, and what turned out to be true of them so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec


@dataclass(frozen=True, eq=False)
class Served:
    """Rows with predictions, of which some have their label.

    Parameters
    ----------
    frame : DataFrame of shape (n, clean columns)
        With the target, missing where it is not known yet.
    said : Predictions
        Of the n rows, in their order.
    """

    frame: pd.DataFrame
    said: Predictions

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.frame)

    def labelled(self, spec: ModelSpec) -> NDArray[np.bool_]:
        """Return which rows have a label; shape (n,)."""
        return np.asarray(self.frame[spec.data.target].notna(), dtype=bool)

    def where(self, chosen: NDArray[np.bool_]) -> Served:
        """Return the chosen rows, in their order."""
        return Served(self.frame[chosen], self.said.where(chosen))

    @property
    def score(self) -> NDArray[np.float64] | None:
        """What the model said, as one number a row: the probability of the last class, or the number; else None."""
        if self.said.classes is None:
            return np.asarray(self.said.values, dtype=np.float64)
        return None if self.said.probabilities is None else self.said.probabilities[:, -1]

    @property
    def unanswered(self) -> int:
        """Rows without a usable prediction."""
        given = self.said.probabilities if self.said.classes is not None else self.said.values
        if given is None:
            return int(pd.isna(self.said.values).sum())
        finite = np.isfinite(np.asarray(given, dtype=np.float64).reshape(len(self), -1)).all(axis=1)
        return int(np.sum(~finite))
