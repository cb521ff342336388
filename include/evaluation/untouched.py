"""Untouched rows: the count of judged rows that a model has seen in training, and who they are.

A row is told by its hash, which is that of the raw row it comes from: copies share it. A row that was written
otherwise, by a blank or the last digit of a number, is another row, even if cleaning makes the two alike, for people
whose records agree after cleaning need not be one person. Who knows that they are lets cleaning drop duplicates, which
comes before the split.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.errors import DataError
from include.domain.evidence import Observation
from include.domain.spec import ModelSpec

_SHOWN, _COLUMNS, _LENGTH = 5, 3, 40
"""Rows that are named, columns that tell each, and characters of a value."""


def observe_shared_rows(
    spec: ModelSpec, name: str, holdout: pd.DataFrame, trained_on: NDArray[Any] | None
) -> Observation:
    """Count the rows of a holdout that a model was trained on.

    Parameters
    ----------
    spec : ModelSpec
        Says by which columns a person knows a row: its id, time and entity.
    name : str
        Name of the observation.
    holdout : DataFrame of shape (n, anything)
        Its index holds the hashes of the rows.
    trained_on : array of shape (m,), uint64, optional
        Hashes of the training rows.

    Returns
    -------
    Observation
        Without a value where the training rows are unknown: silence proves nothing. The detail names the rows by hash
        and by what a person knows them by.

    Raises
    ------
    DataError
        If hashes are no hashes: numbers of another type would share nothing, and prove it of anything.
    """
    _check_hashes("index of the holdout", holdout.index)
    if trained_on is None or len(trained_on) == 0:
        return Observation(name=name, value=None, unit="count", n=len(holdout), detail="the training rows are unknown")
    _check_hashes("training rows", trained_on)
    shared = holdout[np.isin(holdout.index.to_numpy(), trained_on)]
    detail = "\n".join(_named(spec, shared)) if len(shared) else ""
    return Observation(name=name, value=len(shared), unit="count", n=len(holdout), detail=detail)


def _named(spec: ModelSpec, shared: pd.DataFrame) -> list[str]:
    rows = shared[~shared.index.duplicated()]
    copies = shared.index.value_counts()
    columns = _recognised_by(spec, shared)
    lines = ["seen in training, by row hash:"]
    for row, values in zip(rows.index[:_SHOWN], rows[columns].head(_SHOWN).itertuples(index=False), strict=True):
        told = ", ".join(f"{column}={_short(value)}" for column, value in zip(columns, values, strict=True))
        times = f", {copies[row]:,} copies" if copies[row] > 1 else ""
        lines.append(f"{row:016x} ({told}{times})")
    return [*lines, f"and {len(rows) - _SHOWN:,} more"] if len(rows) > _SHOWN else lines


def _recognised_by(spec: ModelSpec, rows: pd.DataFrame) -> list[str]:
    names = (spec.data.id, spec.data.time, spec.data.entity)
    told_by = [name for name in names if name is not None and name in rows.columns]
    return list(dict.fromkeys([*told_by, *map(str, rows.columns)]))[: max(_COLUMNS, len(told_by))]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LENGTH else f"{text[: _LENGTH - 1]}…"


def _check_hashes(what: str, hashes: Any) -> None:
    if hashes.dtype != np.uint64:
        raise DataError(f"{what}: expected row hashes (uint64), got {hashes.dtype}; read rows with read_frame")
