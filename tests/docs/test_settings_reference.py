from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from include.deployment.home import PROJECT
from include.deployment.ports import Ports, variable
from tests.docs.pages import REFERENCE
from tests.docs.tables import BLOCKS, written

PAGE = (REFERENCE / "settings.md").read_text(encoding="utf-8")
DEPLOYMENT_FILES = ("docker-compose.yaml", "Dockerfile", "Makefile")


def strings_in_the_code() -> Iterator[str]:
    for room in ("include", "plugins", "dags"):
        for path in (PROJECT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def known_variables() -> set[str]:
    named = {value for value in strings_in_the_code() if re.fullmatch(r"SLUICE_[A-Z_]+", value)}
    named |= {variable(name) for name in Ports.model_fields}
    files = "\n".join((PROJECT / file).read_text(encoding="utf-8") for file in DEPLOYMENT_FILES)
    return named | set(re.findall(r"\bSLUICE_[A-Z0-9_]+", files))


def test_every_variable_is_documented_and_every_documented_one_exists() -> None:
    assert set(re.findall(r"`(SLUICE_[A-Z0-9_]+)`", PAGE)) == known_variables()


@pytest.mark.parametrize("name", BLOCKS)
def test_what_the_code_says_stands_in_the_pages(name: str) -> None:
    page, make = BLOCKS[name]
    text = page.read_text(encoding="utf-8")
    assert text == written(name, make(), text), "run: python -m tests.docs.tables"
