"""Writes ``docs/mutation.md`` from the last mutation run: the figures anew, the explanations of survivors kept.

Run by ``make mutation``, after mutmut; fails where fewer mutants are killed than the house promises.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutmut.stats import status_by_exit_code

from include.deployment.home import PROJECT

PAGE = PROJECT / "docs" / "mutation.md"
MUTANTS = PROJECT / "mutants"
ROOMS = ("domain", "statistics")
AT_LEAST = 0.9
"""Share of the mutants that the tests have to kill."""

UNEXPLAINED = "not explained yet"
_KILLED = ("killed", "timeout", "segfault", "suspicious")
_ROW = re.compile(r"^\| `(?P<where>[^`]+)` \| `(?P<diff>.+)` \| (?P<why>.+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test noticed: where it is, and what it changes."""

    where: str
    diff: str


def outcomes() -> dict[str, dict[str, str]]:
    """Return what became of every mutant, by module and by the mutant's name."""
    found = {}
    for file in sorted(MUTANTS.glob("include/**/*.meta")):
        codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
        module = str(file.relative_to(MUTANTS)).removesuffix(".meta")
        found[module] = {name: status_by_exit_code[code] for name, code in codes.items()}
    return found


def survivors(of: dict[str, dict[str, str]]) -> Iterator[Survivor]:
    """Yield every mutant that was tried and not killed."""
    for module, mutants in of.items():
        names = [name for name, status in mutants.items() if status not in (*_KILLED, "not checked")]
        functions = _functions(MUTANTS / module) if names else {}
        for name in names:
            mutant = name.rpartition(".")[2]
            original = re.sub(r"__mutmut_\d+$", "__mutmut_orig", mutant)
            readable = re.sub(r"^x_|^xǁ|__mutmut_\d+$", "", mutant).replace("ǁ", ".")
            yield Survivor(
                f"{module.removeprefix('include/')}: {readable}", _diff(functions[original], functions[mutant])
            )


def untouched() -> tuple[int, int]:
    """Return how many functions the tool leaves alone because they are decorated, and how many there are."""
    decorated = whole = 0
    for room in ROOMS:
        for path in (PROJECT / "include" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    names = [ast.unparse(decorator) for decorator in node.decorator_list]
                    whole += 1
                    decorated += names not in ([], ["staticmethod"], ["classmethod"])
    return decorated, whole


def written(of: dict[str, dict[str, str]], before: str) -> str:
    """Return the page, with the explanations that it held before."""
    why = {(m["where"], m["diff"]): m["why"] for m in _ROW.finditer(before)}
    rows = sorted({(s.where, s.diff) for s in survivors(of)})
    table = [f"| `{where}` | `{diff}` | {why.get((where, diff), UNEXPLAINED)} |" for where, diff in rows]
    start, end = "<!-- figures -->", "<!-- end -->"
    head, _, rest = before.partition(start)
    tail = rest.partition(end)[2]
    body = [start, "", *_figures(of), "", "| where | mutant | why it survives |", "|---|---|---|", *table, "", end]
    return head + "\n".join(body) + tail


def share(of: dict[str, dict[str, str]]) -> float:
    """Return the share of mutants that were killed; those that were not tried count as alive."""
    every = [status for mutants in of.values() for status in mutants.values()]
    return sum(status in _KILLED for status in every) / len(every)


def _figures(of: dict[str, dict[str, str]]) -> list[str]:
    lines = [
        "| room | mutants | killed | of these by time-out | alive | not tried | killed, share |",
        "|---|---|---|---|---|---|---|",
    ]
    for room in (*ROOMS, ""):
        inside = {module: mutants for module, mutants in of.items() if module.startswith(f"include/{room}")}
        counts = Counter(status for mutants in inside.values() for status in mutants.values())
        killed = sum(counts[status] for status in _KILLED)
        whole = sum(counts.values())
        untried = counts["not checked"]
        alive, reached = whole - killed - untried, f"{100 * killed / whole:.1f}%"
        cells = (room or "both", whole, killed, counts["timeout"], alive, untried, reached)
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    decorated, functions = untouched()
    return [*lines, "", f"Decorated functions, which the tool leaves alone: {decorated} of {functions}."]


def _functions(path: Path) -> dict[str, list[str]]:
    """Return the lines of every variant of a function in a mutated file, its name left out."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name:
            name, node.name = node.name, "f"
            found[name] = ast.unparse(node).splitlines()
    return found


def _diff(original: list[str], mutant: list[str]) -> str:
    lines = [line for line in difflib.ndiff(original, mutant) if line[0] in "-+"]
    olds, news = ([line[2:].strip() for line in lines if line[0] == sign] for sign in "-+")
    return f"{' '.join(olds)} → {' '.join(news)}".replace("|", "¦").replace("`", "'")


def main() -> int:
    """Write the page, and say whether enough mutants were killed."""
    of = outcomes()
    PAGE.write_text(written(of, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    reached = share(of)
    sys.stdout.write(f"{100 * reached:.1f}% of the mutants killed, {100 * AT_LEAST:.0f}% promised: see {PAGE.name}\n")
    return 0 if reached >= AT_LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
