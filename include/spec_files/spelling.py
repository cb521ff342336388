"""Spelling: what somebody probably meant, among the words that would have been right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the word that is spelled most alike, or None if none is.

    Parameters
    ----------
    word : str
    words : iterable of str
    cutoff : float
        How alike it has to be, as :class:`difflib.SequenceMatcher` measures it, between 0 and 1.

    Examples
    --------
    >>> nearest("taget", ("target", "time"))
    'target'
    >>> nearest("colour", ("target", "time")) is None
    True
    """
    plain = {known.lower(): known for known in words}
    found = get_close_matches(word.lower(), plain, n=1, cutoff=cutoff)
    return plain[found[0]] if found else None


def one_of(words: Iterable[str]) -> str:
    """Return the words as a choice for people.

    Examples
    --------
    >>> one_of(["a", "b", "c"])
    'a, b or c'
    """
    *first, last = list(words) or ["nothing"]
    return f"{', '.join(first)} or {last}" if first else last


def hint(word: str, words: Iterable[str], at_most: int = 12) -> str:
    """Return what to say after an unknown word: the nearest one, else what is known if it is not too much to read.

    Examples
    --------
    >>> hint("taget", ("target", "time"))
    "did you mean 'target'?"
    >>> hint("colour", ("target", "time"))
    'expected target or time'
    """
    known = list(words)
    match = nearest(word, known)
    if match:
        return f"did you mean {match!r}?"
    return f"expected {one_of(known)}" if 0 < len(known) <= at_most else "no name is spelled like it"
