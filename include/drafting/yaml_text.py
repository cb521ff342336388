"""YAML text: values and comments as people write them; whatever they hold, reading gives back what was meant."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from typing import Any

WIDTH = 118

_PLAIN = re.compile(r"/?[^\W\d_](?:[\w./+ -]*[\w./+-])?")
_NOT_TEXT = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})


def scalar(value: str | int | float | bool | None) -> str:
    """Return a value as YAML writes it, in quotes where it would be read as something else without them.

    Examples
    --------
    >>> print(scalar("fare_amount"), scalar("no"), scalar("1998 Q1"), scalar("<=50K"), scalar(True), scalar(0.5))
    fare_amount "no" "1998 Q1" "<=50K" true 0.5
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    return "".join(char if char.isprintable() else _escaped(char) for char in json.dumps(value, ensure_ascii=False))


def flow(value: Any) -> str:
    """Return a value in one line: lists in brackets, mappings in braces.

    Examples
    --------
    >>> print(flow({"do": "trim", "columns": ["a", "b, c"]}))
    {do: trim, columns: [a, "b, c"]}
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def one_line(text: str) -> str:
    r"""Return text that may stand in a comment: nothing in it ends the line.

    Examples
    --------
    >>> print(one_line("a\nb"))
    a\nb
    """
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    code = ord(char)
    short = {"\n": r"\n", "\t": r"\t", "\r": r"\r"}
    return short.get(char) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


class Page:
    """A YAML file as it is written, line by line."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def say(self, text: str = "", *, indent: int = 0) -> None:
        """Add a comment, in several lines if it is long; an empty one is an empty comment line."""
        start = " " * indent + "#"
        wrapped = textwrap.wrap(one_line(text), WIDTH - len(start) - 1, break_long_words=False, break_on_hyphens=False)
        self._lines += [f"{start} {line}" for line in wrapped] or [start]

    def gap(self) -> None:
        """Add an empty line."""
        self._lines.append("")

    def put(self, text: str, *, indent: int = 0, beside: str = "") -> None:
        """Add a line of YAML, with a comment beside it, or above it where the line would become too long."""
        line = " " * indent + text
        if not beside:
            self._lines.append(line)
        elif len(line) + len(beside) + 4 <= WIDTH:
            self._lines.append(f"{line}  # {one_line(beside)}")
        else:
            self.say(beside, indent=indent)
            self._lines.append(line)

    def entry(self, key: str, value: Any, *, indent: int = 0, beside: str = "") -> None:
        """Add a key with its value: in one line where it fits, else one line an item."""
        text = f"{scalar(key)}: {flow(value)}"
        if len(text) + indent <= WIDTH or not isinstance(value, Mapping | list | tuple) or not value:
            self.put(text, indent=indent, beside=beside)
            return
        self.put(f"{scalar(key)}:", indent=indent, beside=beside)
        if isinstance(value, Mapping):
            for inner, item in value.items():
                self.entry(inner, item, indent=indent + 2)
        else:
            for item in value:
                self.put(f"- {flow(item)}", indent=indent + 2)

    def text(self) -> str:
        """Return the whole file."""
        return "\n".join(self._lines) + "\n"
