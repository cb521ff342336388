"""Column types: six of them, so that the same content looks the same wherever it came from.

Whole numbers are BIGINT, others DOUBLE, text and categories VARCHAR, truth values BOOLEAN, days DATE and moments
TIMESTAMP (microseconds, UTC). NaN and the empty text say that nothing is known: both are NULL.
"""

from __future__ import annotations

from collections.abc import Mapping

from include.domain.errors import DataError

DECLARABLE = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
"""Words of a spec for the canonical types."""

WORDS = {kind: word for word, kind in DECLARABLE.items()}

EMPTY = "DOUBLE"
"""Type of a column without a single value: nothing in it tells, and a missing number is what pandas makes of it too."""

EXACT_IN_DOUBLE = 2**53
"""Largest whole number up to which every one has a DOUBLE of its own (IEEE 754, binary64)."""

_NARROW = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_WIDE = ("UBIGINT", "HUGEINT", "UHUGEINT", "BIGNUM")
_TEXT = ("VARCHAR", "UUID", "TIME", "TIME_NS", "TIME WITH TIME ZONE")
_MOMENT = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_ZONED = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS")


def canonical_type(kind: str, column: str) -> str:
    """Return the canonical type for a DuckDB type.

    Raises
    ------
    DataError
        Where a value is not one number, text, truth value or moment.

    Examples
    --------
    >>> canonical_type("DECIMAL(18,3)", "price"), canonical_type("ENUM('a', 'b')", "colour")
    ('DOUBLE', 'VARCHAR')
    >>> canonical_type("INTEGER[]", "clicks")
    Traceback (most recent call last):
    include.domain.errors.DataError: column 'clicks' holds INTEGER[]: ...
    """
    if kind in _NARROW or kind in _WIDE:
        return "BIGINT"
    if kind in ("DOUBLE", "FLOAT", '"NULL"') or (kind.startswith("DECIMAL") and not kind.endswith("]")):
        return "DOUBLE"
    if kind in _TEXT or (kind.startswith("ENUM(") and not kind.endswith("]")):
        return "VARCHAR"
    if kind in _MOMENT or kind in _ZONED:
        return "TIMESTAMP"
    if kind in ("BOOLEAN", "DATE"):
        return kind
    shown = kind if len(kind) <= 60 else f"{kind[:59]}…"
    raise DataError(
        f"column {column!r} holds {shown}: expected one number, text, truth value, day or moment in every row; "
        "leave the column out at the source, or spread it over columns of its own"
    )


def canonical_value(value: str, kind: str, column: str) -> str:
    """Return SQL for the canonical value of a SQL expression.

    Parameters
    ----------
    value : str
        SQL of the value.
    kind : str
        Its DuckDB type.
    column : str
        Its column, for messages.

    Raises
    ------
    DataError
        Where the type has no canonical one.
    """
    wanted = canonical_type(kind, column)
    if wanted == "DOUBLE":
        number = value if kind == "DOUBLE" else f"CAST({value} AS DOUBLE)"
        # A negative zero equals zero, so it has to look like it.
        return f"CASE WHEN isnan({number}) THEN NULL WHEN {number} = 0 THEN 0 ELSE {number} END"
    if wanted == "VARCHAR":
        text = value if kind == "VARCHAR" else f"CAST({value} AS VARCHAR)"
        return f"CASE WHEN {text} <> '' THEN {text} END"
    if kind in _ZONED:
        return f"CAST(timezone('UTC', {value}) AS TIMESTAMP)"
    return value if kind == wanted else f"CAST({value} AS {wanted})"


def type_without_values(column: str, kind: str, types: Mapping[str, str]) -> str:
    """Return the type of a column all of whose values are missing: its own only if the spec declares it.

    Examples
    --------
    >>> type_without_values("note", "VARCHAR", {}), type_without_values("note", "VARCHAR", {"note": "text"})
    ('DOUBLE', 'VARCHAR')
    """
    return kind if DECLARABLE.get(types.get(column, "")) == kind else EMPTY


def text_of(value: str, kind: str) -> str:
    """Return SQL for the one spelling of a canonical value, the same for ``1`` and ``1.0``, a day and its midnight.

    So a row keeps its spelling when a column of whole numbers meets its first fraction, or a text is declared a number.
    """
    if kind == "VARCHAR":
        return value
    if kind == "DOUBLE":
        whole = f"abs({value}) < 9.2e18 AND {value} = trunc({value})"
        return f"CASE WHEN {whole} THEN CAST(CAST({value} AS BIGINT) AS VARCHAR) ELSE CAST({value} AS VARCHAR) END"
    if kind == "DATE":
        return f"CAST(CAST({value} AS TIMESTAMP) AS VARCHAR)"
    return f"CAST({value} AS VARCHAR)"
