"""Row hashes: who a row is, by its content alone, and through them what a whole table holds.

The hash of a row is the identity that splits and proofs against leaks go by. It does not depend on the order of the
columns, on their guessed types, or on columns in which the row says nothing; rows that agree in everything share it.
"""

from __future__ import annotations

from collections.abc import Mapping

from include.data.column_types import text_of
from include.data.engine import identifier
from include.domain.record import digest
from include.domain.spec.data import RESERVED_COLUMN

_MODULUS = 2**128


def content_of(columns: Mapping[str, str]) -> str:
    """Return SQL for the content of a row as one text.

    Every value stands behind the name of its column, and names and values behind their lengths in bytes, so no text
    can be taken for a separator (Bernstein 1997, netstrings). NULL leaves nothing, not even the name.

    Parameters
    ----------
    columns : mapping of str to str
        Canonical type of every column.
    """
    return f"concat({', '.join(['NULL', *(_entry(name, columns[name]) for name in sorted(columns))])})"


def row_hash_of(columns: Mapping[str, str]) -> str:
    """Return SQL for the hash of a row: UBIGINT, 64 bits of the MD5 of its content."""
    return f"md5_number_lower({content_of(columns)})"


def clean_row_hash_of(columns: Mapping[str, str]) -> str:
    """Return SQL for the hash of a cleaned row, which is its content and the raw row it came from."""
    return f"md5_number_lower(concat({identifier(RESERVED_COLUMN)}, '|', {content_of(columns)}))"


def sums_of(row_hash: str) -> tuple[str, str]:
    """Return SQL for the two aggregates that :func:`fingerprint_of` takes: sums of the halves of 128 bits a row."""
    text = f"CAST({row_hash} AS VARCHAR)"
    return f"sum(md5_number_lower({text}))", f"sum(md5_number_upper({text}))"


def fingerprint_of(columns: Mapping[str, str], rows: int, low: int, high: int) -> str:
    """Return the SHA-256 of a table's content, whatever the order of its rows and columns.

    Rows count as a multiset: the hashes of all rows are added modulo :math:`2^{128}` [1]_, beside their number.

    Parameters
    ----------
    columns : mapping of str to str
        Canonical type of every column.
    rows : int
    low, high : int
        Sums over all rows of the lower and the upper 64 bits, see :func:`sums_of`.

    References
    ----------
    .. [1] M. Bellare, D. Micciancio (1997). A New Paradigm for Collision-Free Hashing: Incrementality at Reduced Cost.
       EUROCRYPT '97 (AdHash). The addition guards against accidents, not against a forger.

    Examples
    --------
    >>> fingerprint_of({"a": "BIGINT", "b": "DATE"}, 1, 2, 3) == fingerprint_of({"b": "DATE", "a": "BIGINT"}, 1, 2, 3)
    True
    """
    total = (low + (high << 64)) % _MODULUS
    return digest({"columns": dict(columns), "rows": rows, "sum": f"{total:032x}"})


def _entry(name: str, kind: str) -> str:
    text = text_of(identifier(name), kind)
    label = f"{len(name.encode())}:{name}".replace("'", "''")
    return f"'{label}=' || strlen({text}) || ':' || {text}"
