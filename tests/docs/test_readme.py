from __future__ import annotations

from include.deployment.home import PROJECT
from tests.docs.pages import README, commands, links


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) < 150


def test_the_readme_names_both_commands_and_shows_the_picture() -> None:
    assert {"make demo", "make test"} <= set(commands(README))
    assert "docs/images/pipeline.svg" in links(README)


def test_the_readme_names_every_room() -> None:
    text = README.read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (PROJECT / "include").glob("*/__init__.py")}
    assert sorted(room for room in rooms if f"`{room}/`" not in text) == []
