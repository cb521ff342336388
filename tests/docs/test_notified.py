from __future__ import annotations

import re

from include.domain.notice import EVENTS
from plugins.delivery import CHANNELS
from tests.docs.pages import DOCS

PAGE = (DOCS / "how-to" / "get-notified.md").read_text(encoding="utf-8")


def test_every_event_and_every_way_to_people_is_told() -> None:
    told = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert told == [*EVENTS, *CHANNELS]
