"""Guessing: what type a column of text has, decided by every value of it that is looked at.

A column has a type only if all of its values have it. If some have and some have not, a person has to say what is
meant: a column of numbers with a stray word in it must not turn into text behind their back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from include.data.column_types import EMPTY, WORDS
from include.data.engine import identifier
from include.data.sources.text_types import reads_as

FIRST_VALUES = 400_000
"""Values that a first guess looks at; the reading itself then meets all of them."""

STRAY = 0.1
"""From this share of readable values on, a column is not text but a mixture."""

_AT_ONCE = 100
"""Columns whose values are looked at together."""

_KINDS = ("BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN")


@dataclass(frozen=True)
class Guess:
    """What the values of a column are.

    Parameters
    ----------
    kind : str
        The canonical type that all values have; VARCHAR where hardly any has another.
    mixture : str, optional
        The type that some values have and others have not.
    values : int
        How many there are.
    """

    kind: str
    mixture: str | None = None
    values: int = 0


def guess_types(
    connection: duckdb.DuckDBPyConnection,
    texts: str,
    columns: Collection[str],
    *,
    kinds: Collection[str] = _KINDS,
) -> dict[str, Guess]:
    """Guess the type of every column of a query whose columns are text.

    Parameters
    ----------
    connection : DuckDBPyConnection
    texts : str
        SQL with a VARCHAR column, or none, of every name.
    columns : collection of str
    kinds : collection of str
        Canonical types that come into question.
    """
    seen: dict[str, tuple[int, dict[str, int]]] = {}
    hits = ", ".join(f"count(*) FILTER ({reads_as('value', kind)})" for kind in kinds)
    for some in _at_once(sorted(columns)):
        # One row a value: as aggregates beside each other, a thousand columns would need thousands of them.
        values = f"UNPIVOT ({texts}) ON {', '.join(map(identifier, some))} INTO NAME name VALUE value"
        found = connection.execute(f"SELECT name, count(*), {hits} FROM ({values}) GROUP BY name").fetchall()
        seen |= {name: (count, dict(zip(kinds, hit, strict=True))) for name, count, *hit in found}
    return {name: decide_type(*seen.get(name, (0, {}))) for name in columns}


def first_rows(columns: int) -> int:
    """Return how many rows a first guess looks at: fewer, the more columns there are."""
    return max(_AT_ONCE, FIRST_VALUES // max(columns, 1))


def _at_once(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE))


def decide_type(values: int, hits: Mapping[str, int]) -> Guess:
    """Decide by how many of a column's values read as each type.

    Parameters
    ----------
    values : int
        Values that are not missing.
    hits : mapping of str to int
        How many read as each canonical type; the narrowest first.

    Examples
    --------
    >>> decide_type(10, {"BIGINT": 8, "DOUBLE": 10}).kind
    'DOUBLE'
    >>> decide_type(10, {"BIGINT": 9, "DOUBLE": 9})
    Guess(kind='VARCHAR', mixture='DOUBLE', values=10)
    """
    if values == 0:
        return Guess(EMPTY)
    whole = next((kind for kind, count in hits.items() if count == values), None)
    if whole:
        return Guess(whole, values=values)
    most = max(hits, key=lambda kind: hits[kind], default=None)
    widest = {"BIGINT": "DOUBLE", "DATE": "TIMESTAMP"}
    if most is not None and hits[most] >= STRAY * values:
        return Guess("VARCHAR", mixture=widest.get(most, most), values=values)
    return Guess("VARCHAR", values=values)


def advice(column: str, mixture: str) -> str:
    """Return what to write into the spec for a column of mixed values."""
    step = {"DOUBLE": "parse_number", "TIMESTAMP": "parse_date"}.get(mixture)
    then = f" and read it in cleaning by {step} (map_values for words that mean missing)" if step else ""
    return f"other values read as {WORDS[mixture]}. Write data.types: {{{column}: text}}{then}, or correct the source"
