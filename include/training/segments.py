"""Segments: which segment each row of a frame belongs to, whatever types its columns arrive in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.errors import DataError
from include.domain.fleet import segment_key
from include.training.features import spelled


def segments_of(columns: Sequence[str], frame: pd.DataFrame) -> tuple[NDArray[np.intp], list[str]]:
    """Return the segment of every row.

    Parameters
    ----------
    columns : sequence of str
        ``segment_by.columns`` of the spec.
    frame : DataFrame of shape (n, anything)

    Returns
    -------
    codes : array of shape (n,), int
        Place of each row's segment among the keys.
    keys : list of str
        Names of the segments, sorted.

    Raises
    ------
    DataError
        If a column is not there, or holds whole numbers with more digits than a model reads: two might be one to it.

    Notes
    -----
    Truth values are called 1 and 0: where they are features too, that is all that a model sees of them.

    Examples
    --------
    >>> frame = pd.DataFrame({"region": ["b", "a", None], "store": [7.0, 7.0, 8.0]})
    >>> segments_of(["region", "store"], frame)
    (array([2, 1, 0]), ['(missing) / 8', 'a / 7', 'b / 7'])
    """
    missing = [name for name in columns if name not in frame]
    if missing:
        raise DataError(f"the rows lack columns that tell their segments: {', '.join(map(repr, missing))}")
    distinct, place = [], np.zeros(len(frame), dtype=np.intp)
    for name in columns:
        codes, values = pd.factorize(frame[name], use_na_sentinel=True)
        distinct.append([*(_called(name, value) for value in values), None])
        place = place * (len(values) + 1) + np.where(codes < 0, len(values), codes)
    found, inverse = np.unique(place, return_inverse=True)
    keys = [segment_key(_values(distinct, int(code))) for code in found]
    # Other values may be spelled alike, 7 and "7": they are one segment.
    names, rank = np.unique(np.array(keys, dtype=object), return_inverse=True)
    return rank[inverse], names.tolist()


_EXACT_IN_DOUBLE = 2**53
_AS_NUMBERS = {"True": "1", "False": "0"}


def _called(name: str, value: Any) -> str:
    if isinstance(value, int | np.integer) and abs(int(value)) > _EXACT_IN_DOUBLE:
        raise DataError(
            f"segment_by: {name!r} holds {value}, of more digits than a model reads of an amount: make it text with "
            f"data.types ({{{name}: text}})"
        )
    word = spelled(value)
    return _AS_NUMBERS.get(word, word)


def _values(distinct: list[list[str | None]], code: int) -> list[str | None]:
    """Return the values of a combination, from the number that its places were multiplied into."""
    values: list[str | None] = []
    for known in reversed(distinct):
        code, at = divmod(code, len(known))
        values.append(known[at])
    return values[::-1]
