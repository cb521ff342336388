"""Refusals: why a request is not answered, in words that let its sender put it right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHOWN = 20
"""Problems that a refusal lists; who sends a thousand wrong rows learns nothing from the last of them."""

_LONGEST = 60


@dataclass(frozen=True)
class Problem:
    """One value that is not what the contract says.

    Parameters
    ----------
    row : int
        From 0, in the order of the request.
    field : str
        Column.
    expected, got : str
        In words.
    """

    row: int
    field: str
    expected: str
    got: str

    def as_json(self) -> dict[str, Any]:
        """Return what the sender reads."""
        return {"row": self.row, "field": self.field, "expected": self.expected, "got": self.got}


class Refusal(Exception):  # noqa: N818
    """A request is not answered.

    Parameters
    ----------
    status : int
        Of HTTP.
    error : str
    problems : sequence of Problem
    headers : mapping of str to str
    """

    def __init__(
        self, status: int, error: str, problems: Sequence[Problem] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(error)
        self.status, self.error, self.problems, self.headers = status, error, tuple(problems), dict(headers or {})

    def as_json(self) -> dict[str, Any]:
        """Return the body of the answer."""
        if not self.problems:
            return {"error": self.error}
        more = {"more": len(self.problems) - SHOWN} if len(self.problems) > SHOWN else {}
        return {"error": self.error, "problems": [problem.as_json() for problem in self.problems[:SHOWN]], **more}


def shown(value: Any) -> str:
    """Return a value of a request in few characters.

    Examples
    --------
    >>> shown("x" * 100)[:12], shown(None), shown([1, 2])
    ("'xxxxxxxxxxx", 'null', 'a list')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and not -(10**_LONGEST) < value < 10**_LONGEST:
        # Spelling out an endless number takes time that grows with the square of its length.
        return "a number of more than 60 digits"
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
