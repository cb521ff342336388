"""Contracts: which columns a row must and may hold, made of what the model was trained on and of its cleaning steps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from include.serving.service.fields import Field
from include.serving.service.refusals import SHOWN, Problem, Refusal, shown
from include.spec_files.spelling import hint

_ABSENT = object()


@dataclass(frozen=True)
class Contract:
    """What a row of a request looks like.

    Parameters
    ----------
    model : str
    fields : tuple of Field
        What is read of a row, in the order in which it is handed on.
    ignored : frozenset of str
        Further columns of the training data, which a row may hold and nobody looks at.
    """

    model: str
    fields: tuple[Field, ...]
    ignored: frozenset[str] = frozenset()
    _readers: tuple[tuple[str, Any, bool, bool], ...] = field(init=False, repr=False, compare=False)
    _known: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        readers = tuple((one.name, one.read, one.required, one.may_be_null) for one in self.fields)
        object.__setattr__(self, "_readers", readers)
        object.__setattr__(self, "_known", frozenset(one.name for one in self.fields) | self.ignored)

    def read(self, rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
        """Return the values of every row, in the order of the fields.

        Parameters
        ----------
        rows : sequence of dict
            As JSON gives them.

        Raises
        ------
        Refusal
            422, with every value that is not what it should be.
        """
        problems: list[Problem] = []
        read = [self._row(at, row, problems) for at, row in enumerate(rows)]
        if problems:
            count = f"{len(problems)} values are" if len(problems) > 1 else "one value is"
            raise Refusal(422, f"{count} not what {self.model} was trained on", problems)
        return read

    def _row(self, at: int, row: dict[str, Any], problems: list[Problem]) -> tuple[Any, ...]:
        values = []
        for name, read, required, may_be_null in self._readers:
            value = row.get(name, _ABSENT)
            if value is _ABSENT:
                if required:
                    problems.append(Problem(at, name, self._expected(name), "no such field"))
                value = None
            elif value is not None:
                try:
                    value = read(value)
                except ValueError:
                    problems.append(Problem(at, name, self._expected(name), shown(row[name])))
                    value = None
                else:
                    if value is None and not may_be_null:
                        problems.append(Problem(at, name, self._expected(name), "empty text"))
            elif not may_be_null:
                problems.append(Problem(at, name, self._expected(name), "null"))
            values.append(value)
        if not row.keys() <= self._known:
            problems += self._strangers(at, row.keys() - self._known, len(problems))
        return tuple(values)

    def _strangers(self, at: int, names: Collection[str], problems: int) -> list[Problem]:
        known = sorted(one.name for one in self.fields)
        # Looking for the nearest name takes time, which nobody should be able to ask for without end.
        return [
            Problem(at, name[:80], _field_hint(name, known) if problems + more < SHOWN else "", "an unknown field")
            for more, name in enumerate(sorted(names))
        ]

    def _expected(self, name: str) -> str:
        return next(one.expected for one in self.fields if one.name == name)

    def example(self) -> dict[str, Any]:
        """Return a row that keeps the contract, where examples are known."""
        return {one.name: one.example for one in self.fields if one.required or one.example is not None}

    def as_schema(self) -> dict[str, Any]:
        """Return the JSON schema of a row."""
        return {
            "type": "object",
            "additionalProperties": False,
            "required": [one.name for one in self.fields if one.required],
            "properties": {
                **{one.name: one.as_schema() for one in self.fields},
                **{name: {"description": "not looked at"} for name in sorted(self.ignored)},
            },
        }


def _field_hint(name: str, known: Sequence[str]) -> str:
    return f"a field of the contract: {hint(name[:80], known)}"
