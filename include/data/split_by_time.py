"""Cuts in time: every row at or after a cut judges, every row strictly before it may train."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.errors import DataError

Moments = NDArray[np.datetime64]


def moments_of(rows: pd.DataFrame, column: str) -> Moments:
    """Return the event times of rows, in UTC without a zone.

    Raises
    ------
    DataError
        Where they are no times, or some are missing.
    """
    if column not in rows:
        raise DataError(f"the frame has no column {column!r}, which data.time names")
    values = rows[column]
    if not pd.api.types.is_datetime64_any_dtype(values):
        raise DataError(
            f"column {column!r} (data.time) holds {values.dtype}, expected times: put a parse_date step first"
        )
    missing = int(values.isna().sum())
    if missing:
        raise DataError(
            f"column {column!r} (data.time) is missing in {missing} rows, which are neither before nor after a cut: "
            "expect it not to be null, with quarantine: true, or split by group or stratified"
        )
    return values.dt.tz_convert(None).to_numpy() if values.dt.tz is not None else values.to_numpy()


def cut_at_share(moments: Moments, share: float) -> np.datetime64:
    """Return the moment at or after which about a share of the rows lies; rows of one moment stay together.

    Raises
    ------
    DataError
        Where all rows have the same time.

    Examples
    --------
    >>> days = np.array(["2018-01-01", "2018-01-02", "2018-01-03", "2018-01-03"], dtype="datetime64[us]")
    >>> cut_at_share(days, 0.5)
    np.datetime64('2018-01-03T00:00:00.000000')
    """
    distinct, first = np.unique(np.sort(moments), return_index=True)
    if len(distinct) < 2:
        raise DataError(f"all {len(moments)} rows have the same time: they cannot be split by it")
    after = len(moments) - first[1:]
    return distinct[1 + int(np.argmin(np.abs(after - share * len(moments))))]


def cut_after(moments: Moments, cut: np.datetime64, share: float, trained: Moments) -> np.datetime64:
    """Move a cut behind the end of what a champion trained on, if half of the wanted rows still lie after it.

    Parameters
    ----------
    moments : array of datetime64, shape (n,)
    cut : datetime64
        The cut that the share alone asks for.
    share : float
        Share of rows wanted at or after the cut.
    trained : array of datetime64
        Times of the rows that the champion trained on.
    """
    if not len(trained) or trained.max() < cut:
        return cut
    later = moments[moments > trained.max()]
    return later.min() if len(later) and len(later) >= share * len(moments) / 2 else cut
