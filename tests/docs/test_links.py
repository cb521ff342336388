from __future__ import annotations

import re
from pathlib import Path

import pytest

from include.deployment.home import PROJECT
from tests.docs.pages import DOCS, anchors, links, pages


def name(page: Path) -> str:
    return str(page.relative_to(PROJECT))


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for target in links(page):
        if target.startswith(("https://", "http://")):
            continue
        file, _, fragment = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        if not there.exists() or (fragment and fragment not in anchors(there)):
            dead.append(target)
    assert dead == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [PROJECT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = {(page.parent / link.partition("#")[0]).resolve() for link in links(page)}
        waiting += [target for target in targets if target.suffix == ".md" and target.exists()]
    assert [name(page) for page in pages() if page not in reached] == []


def test_every_picture_is_shown_and_small() -> None:
    shown = {(page.parent / link).resolve() for page in pages() for link in links(page)}
    pictures = set((DOCS / "images").iterdir())
    assert [picture.name for picture in pictures if picture not in shown] == []
    assert [picture.name for picture in pictures if picture.stat().st_size > 300_000] == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_pages_name_no_machine_and_leave_nothing_to_do(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    # Wherever this project and this user live.
    homes = {folder.parts[1] for folder in (PROJECT, Path.home()) if len(folder.parts) > 1}
    paths = [rf"(?<![\w.*-])/{re.escape(home)}/" for home in sorted(homes)]
    assert re.findall("|".join([*paths, "TODO", "TBD", "FIXME"]), text) == []
