"""Names of columns: each once, each told apart from all others, and all of those there that the spec speaks of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

from include.domain.errors import DataError
from include.domain.spec.data import RESERVED_COLUMN


def check_names(names: Sequence[str], where: str) -> None:
    """Refuse names that are empty, stand twice, differ only by case, or are kept for the snapshot.

    Raises
    ------
    DataError

    Examples
    --------
    >>> check_names(["age", "Age"], "people.csv line 1")
    Traceback (most recent call last):
    include.domain.errors.DataError: people.csv line 1: columns 'age' and 'Age' cannot be ...
    """
    seen: dict[str, str] = {}
    for number, name in enumerate(names, start=1):
        if not name.strip():
            raise DataError(f"{where}: column {number} has no name; give it one, or leave it out at the source")
        if name.lower() == RESERVED_COLUMN:
            raise DataError(f"{where}: {name!r} is the name of the column that snapshots add; rename yours")
        other = seen.get(name.lower())
        seen[name.lower()] = name
        if other is None:
            continue
        if other == name:
            raise DataError(f"{where}: column {name!r} stands there twice; rename one of the two")
        raise DataError(f"{where}: columns {other!r} and {name!r} cannot be told apart in SQL: rename one of the two")


def check_same_names(first: Collection[str], others: Iterable[tuple[str, Collection[str]]], where: str) -> None:
    """Refuse files of one source that do not have the same columns; their order does not matter.

    Raises
    ------
    DataError
    """
    for name, columns in others:
        missing, added = sorted(set(first) - set(columns)), sorted(set(columns) - set(first))
        if missing or added:
            parts = [f"lacks {', '.join(map(repr, missing))}"] * bool(missing)
            parts += [f"adds {', '.join(map(repr, added))}"] * bool(added)
            raise DataError(
                f"{name} does not have the columns of {where}: it {' and '.join(parts)}; "
                "files of one source need the same columns"
            )


def check_present(wanted: Iterable[tuple[str, str]], columns: Collection[str], where: str) -> None:
    """Refuse a table that lacks columns of which the spec speaks.

    Parameters
    ----------
    wanted : iterable of (field, column)
        Field of the spec, and the column it names.
    columns : collection of str
        What is there.
    where : str
        What the table is called.

    Raises
    ------
    DataError
        With every missing column and the nearest spelling.

    Examples
    --------
    >>> check_present([("data.target", "clas")], ["age", "class"], "adult.parquet")
    Traceback (most recent call last):
    include.domain.errors.DataError: adult.parquet lacks columns that the spec names:
      data.target: 'clas' (did you mean 'class'?)
    """
    missing = [f"  {field}: {name!r}{_nearest(name, columns)}" for field, name in wanted if name not in columns]
    if missing:
        raise DataError("\n".join([f"{where} lacks columns that the spec names:", *dict.fromkeys(missing)]))


def _nearest(name: str, columns: Collection[str]) -> str:
    by_lower = {column.strip().lower(): column for column in columns}
    close = get_close_matches(name.strip().lower(), list(by_lower), n=1, cutoff=0.6)
    return f" (did you mean {by_lower[close[0]]!r}?)" if close else f" (there are {_listed(columns)})"


def _listed(columns: Collection[str]) -> str:
    names = [repr(name) for name in sorted(columns)]
    return ", ".join(names) if len(names) <= 8 else f"{', '.join(names[:8])} and {len(names) - 8} more"
