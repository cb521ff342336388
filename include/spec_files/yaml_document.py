"""YAML as specs write it: the plain JSON values of YAML 1.2, no key twice, lines found only when somebody asks.

PyYAML follows YAML 1.1, where ``no`` is a boolean, ``12:30`` the number 750, ``1e-3`` text and ``2024-01-01`` no text.
Editors check specs by YAML 1.2, so that is what is read here; dates stay text and every value survives JSON.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import yaml

from include.domain.errors import SpecError

if TYPE_CHECKING:
    from yaml import SafeLoader as _Fast
else:
    _Fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SpecLoader(_Fast):
    """PyYAML's C parser with the scalars of YAML 1.2 (core schema) and an eye on keys that stand twice."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.twice: list[tuple[str, int, int]] = []

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build one mapping and note every key that stands in it twice."""
        seen: dict[str, int] = {}
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                line = key.start_mark.line + 1
                if key.value in seen:
                    self.twice.append((key.value, seen[key.value], line))
                seen.setdefault(key.value, line)
        return super().construct_mapping(node, deep)


def _integer(loader: Any, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node)
    return int(text, 0) if text.startswith(("0o", "0x")) else int(text)


_CORE_SCHEMA = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+0123456789.",
    ),
    ("merge", r"<<", "<"),
)
for _tag, _pattern, _first in _CORE_SCHEMA:
    SpecLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))
SpecLoader.add_constructor("tag:yaml.org,2002:int", _integer)


def parse_document(text: str, file: str) -> dict[str, Any]:
    r"""Read the one mapping that a spec file holds.

    Raises
    ------
    SpecError
        Broken YAML, a key that stands twice, an empty file or something other than a mapping; with file and line.

    Examples
    --------
    >>> parse_document("when: 12:30\nfair: no\nrate: 1e-3", "demo.yaml")
    {'when': '12:30', 'fair': 'no', 'rate': 0.001}
    """
    loader = SpecLoader(text)
    try:
        document = loader.get_single_data()
    except yaml.YAMLError as error:
        raise SpecError([_syntax_mistake(error, text, file)]) from None
    except (ValueError, RecursionError) as error:
        raise SpecError([f"{file}: not readable as YAML: {error}"]) from None
    finally:
        loader.dispose()
    if loader.twice:
        found = sorted(loader.twice, key=lambda item: item[2])
        raise SpecError([f"{file}:{line}: {key!r} stands twice: first in line {first}" for key, first, line in found])
    if document is None:
        raise SpecError([f"{file}: the file is empty; expected name, owner, task, data and training"])
    if not isinstance(document, dict):
        raise SpecError([f"{file}:1: expected a mapping (lines like `name: churn`), got a {_kind(document)}"])
    return document


_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What the reader counts lines by; `str.splitlines` knows more breaks."""


def _kind(value: Any) -> str:
    return "list" if isinstance(value, list) else "single value"


def _syntax_mistake(error: yaml.YAMLError, text: str, file: str) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return f"{file}: not readable as YAML: {' '.join(str(error).split())}"
    lines = _LINE_BREAK.split(text)
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return f"{file}:{mark.line + 1}: a tab indents this line; YAML wants spaces"
    context = getattr(error, "context", None)
    started = getattr(error, "context_mark", None)
    where = f" {context} in line {started.line + 1}" if context and started else ""
    problem = str(getattr(error, "problem", None) or "something else was expected")
    return f"{file}:{mark.line + 1}: YAML cannot be read here:{where} {problem} (column {mark.column + 1})"


class Lines:
    r"""Where the values of a document stand in its text.

    Parameters
    ----------
    text : str
        A document that :func:`parse_document` could read.

    Examples
    --------
    >>> Lines("name: churn\ndata:\n  target: left").of(("data", "target"))
    3
    """

    def __init__(self, text: str) -> None:
        self._root = yaml.compose(text, Loader=SpecLoader)

    def of(self, path: Sequence[str | int]) -> int:
        """Return the line of the value at a path, or of the nearest thing above it that is there."""
        node, line = self._root, 1
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line


def _child(node: Any, step: str | int) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None
