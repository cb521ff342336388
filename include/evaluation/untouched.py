"""Untouched rows: the count of judged rows that a model has seen in training, told by the hashes of the rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.errors import DataError
from include.domain.evidence import Observation

_SHOWN = 5


def observe_shared_rows(name: str, holdout: pd.DataFrame, trained_on: NDArray[Any] | None) -> Observation:
    """Count the rows of a holdout that a model was trained on.

    Parameters
    ----------
    name : str
        Name of the observation.
    holdout : DataFrame of shape (n, anything)
        Its index holds the hashes of the rows.
    trained_on : array of shape (m,), uint64, optional
        Hashes of the training rows.

    Returns
    -------
    Observation
        Without a value where the training rows are unknown: silence proves nothing.

    Raises
    ------
    DataError
        If hashes are no hashes: numbers of another type would share nothing, and prove it of anything.
    """
    _check_hashes("index of the holdout", holdout.index)
    if trained_on is None or len(trained_on) == 0:
        return Observation(name=name, value=None, unit="count", n=len(holdout), detail="the training rows are unknown")
    _check_hashes("training rows", trained_on)
    shared = holdout.index[np.isin(holdout.index.to_numpy(), trained_on)]
    first = ", ".join(f"{row:016x}" for row in shared[:_SHOWN])
    more = f" and {len(shared) - _SHOWN:,} more" if len(shared) > _SHOWN else ""
    detail = f"seen in training, by row hash: {first}{more}" if len(shared) else ""
    return Observation(name=name, value=len(shared), unit="count", n=len(holdout), detail=detail)


def _check_hashes(what: str, hashes: Any) -> None:
    if hashes.dtype != np.uint64:
        raise DataError(f"{what}: expected row hashes (uint64), got {hashes.dtype}; read rows with read_frame")
