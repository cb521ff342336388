"""What readers are told to type: every command can be understood, and the cheap ones are run."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from include.cli import app
from include.deployment.home import PROJECT
from tests.docs.pages import DOCS, commands, fences, pages

BIN = Path(sys.executable).parent
TUTORIAL = DOCS / "tutorial.md"
VERBS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
TARGETS = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
TOOLS = {"mv", "cp", "cat", "cd", "createdb", "docker", "echo", "export", "mkdir", "openssl", "sed", "airflow", "rm"}
KEYWORDS = {"for", "do", "done"}
CHEAP = ("make", "sluice --help", "sluice run --help")


def typed() -> Iterator[tuple[str, list[str]]]:
    """Yield every simple command with its page: pipes and lists taken apart, redirections and assignments left out."""
    for page in pages():
        for line in commands(page):
            lexer = shlex.shlex(line, posix=True, punctuation_chars=";|&<>")
            lexer.whitespace_split = True
            words: list[str] = []
            for word in [*lexer, ";"]:
                if set(word) <= set(";|&"):
                    yield page.name, words
                    words = []
                else:
                    words.append(word)


def without_redirections(words: list[str]) -> list[str]:
    kept = [word for i, word in enumerate(words) if not {*word, *words[i - 1 : i]} & {"<", ">", ">>"}]
    while kept and re.fullmatch(r"[A-Z_]+=.*", kept[0]):
        kept.pop(0)
    return kept


def misunderstanding(words: list[str]) -> str | None:
    """Return why a command cannot be typed as it stands, or None."""
    program, arguments = words[0], words[1:]
    if program == "sluice":
        if not arguments or arguments == ["--help"]:
            return None
        if arguments[0] not in VERBS:
            return f"no verb {arguments[0]}"
        try:
            VERBS[arguments[0]].make_context(arguments[0], [word for word in arguments[1:] if word != "--help"] or [])
        except Exception as error:
            needs_nothing = arguments[1:] == ["--help"]
            return None if needs_nothing else str(error)
        return None
    if program == "make":
        goals = [word for word in arguments if "=" not in word]
        return next((f"no target {goal}" for goal in goals if goal not in TARGETS), None)
    if program == "python":
        name = arguments[1] if arguments[0] == "-m" else arguments[0]
        exists = importlib.util.find_spec(name) is not None if arguments[0] == "-m" else (PROJECT / name).is_file()
        return None if exists or arguments[0] == "-c" else f"no {name}"
    return None if program in TOOLS | KEYWORDS else f"{program} is no tool that the pages may use"


def test_every_command_can_be_understood() -> None:
    found = [(page, without_redirections(words)) for page, words in typed()]
    wrong = [(page, " ".join(words), why) for page, words in found if words and (why := misunderstanding(words))]
    assert wrong == []


def test_a_wrong_command_would_be_noticed() -> None:
    assert misunderstanding(["sluice", "rnu", "churn"]) == "no verb rnu"
    assert "No such option" in str(misunderstanding(["sluice", "run", "churn", "--froce"]))
    assert misunderstanding(["make", "demos"]) == "no target demos"
    assert misunderstanding(["python", "-m", "include.nowhere"]) == "no include.nowhere"


@pytest.mark.parametrize("command", CHEAP)
def test_cheap_commands_run(command: str, tmp_path: Path) -> None:
    done = run(command, PROJECT, {"SLUICE_HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr


@pytest.mark.integration
def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(DOCS)
    setup = ("make setup", "export PATH=")
    lines = [line for line in commands(TUTORIAL) if not line.startswith((*setup, "sluice demo", "make demo"))]
    told = "\n".join(f"echo '--- {i}'; {line}" for i, line in enumerate(lines))
    done = run(f"set -eo pipefail\n{told}", tmp_path, {})
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    seen = re.sub(r"--- \d+\n", "", done.stdout)
    for promised in ("gate model: passed for churn", "gate data: blocked for churn", "exit code 3", "ok churn"):
        assert promised in seen


@pytest.mark.integration
def test_the_page_about_fairness_does_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(DOCS)
    page = DOCS / "how-to" / "judge-fairness-and-slices.md"
    told = "\n".join(commands(page))
    done = run(f"set -eo pipefail\n{told}", tmp_path, {})
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    for promised in ("gate candidate: blocked for fair_churn", "exit code 3", "version 1 is the champion"):
        assert promised in done.stdout


def test_the_spec_of_the_page_about_fairness_is_the_one_that_is_copied() -> None:
    shown, _ = fences(DOCS / "how-to" / "judge-fairness-and-slices.md", "yaml")
    assert shown == (DOCS / "examples" / "fair_churn.yaml").read_text(encoding="utf-8")


def run(command: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("SLUICE_", "AIRFLOW_", "MLFLOW_T"))
    }
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**kept, "PATH": path, "COLUMNS": "120", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
