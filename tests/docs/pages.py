"""The documentation as its tests read it: pages, their headings, links, tables and commands."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from include.deployment.home import PROJECT

DOCS = PROJECT / "docs"
README = PROJECT / "README.md"
REFERENCE = DOCS / "reference"

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<body>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")


def pages() -> list[Path]:
    return [README, *sorted(DOCS.rglob("*.md"))]


def fences(page: Path, language: str) -> list[str]:
    found = _FENCE.finditer(page.read_text(encoding="utf-8"))
    return [textwrap.dedent(match["body"]) for match in found if match["language"] == language]


def prose(page: Path) -> str:
    """Return a page without its code blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    return [match["target"] for match in _LINK.finditer(prose(page))]


def anchors(page: Path) -> set[str]:
    """Return the fragments that a rendered page has, one a heading."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def section(page: Path, heading: str) -> str:
    """Return what stands under a heading, up to the next of its level."""
    level = heading.split(" ", 1)[0]
    _, found, rest = page.read_text(encoding="utf-8").partition(f"\n{heading}\n")
    assert found, f"{page.name} has no heading {heading!r}"
    return re.split(rf"^{level} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def commands(page: Path) -> list[str]:
    """Return what a reader is told to type, a command an item, lines that go on joined."""
    typed: list[str] = []
    for body in fences(page, "console"):
        for line in body.replace("\\\n", " ").splitlines():
            if line.startswith("$ "):
                typed.append(line.removeprefix("$ "))
    return typed
