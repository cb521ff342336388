from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
import typer.main

from include.cli import app
from include.domain import errors
from tests.docs.pages import REFERENCE, section

PAGE = REFERENCE / "cli.md"
VERBS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def documented_options(verb: str) -> set[str]:
    rows = re.findall(r"^\| (`--.+?`) \| .+ \|$", section(PAGE, f"## sluice {verb}"), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(--[a-z-]+)`", row)}


def options(verb: str) -> set[str]:
    named = [p for p in VERBS[verb].params if p.param_type_name == "option"]
    return {name for p in named for name in (*p.opts, *p.secondary_opts)} - {"--help"}


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_is_documented_and_every_documented_option_exists(verb: str) -> None:
    assert documented_options(verb) == options(verb)


@pytest.mark.parametrize("verb", VERBS)
def test_the_synopsis_shows_arguments_and_required_options(verb: str) -> None:
    shown = f"sluice {verb}"
    for p in VERBS[verb].params:
        if p.param_type_name == "argument":
            shown += f" {p.name.upper()}" if p.required else f" [{p.name.upper()}]"
        elif p.required:
            shown += f" {p.opts[0]} {p.name.upper()}"
    assert f"`{shown}`" in section(PAGE, f"## sluice {verb}")


def test_every_documented_verb_exists() -> None:
    assert set(re.findall(r"^## sluice (\w+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) == set(VERBS)


def test_every_exit_code_is_documented() -> None:
    known = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, errors.SluiceError)]
    asked = {0, 2, *(error.exit_code for error in known)}
    assert {int(code) for code in re.findall(r"^\| (\d+) \| ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)} == asked
