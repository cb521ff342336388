"""`sluice card`: what there is to know about a version, on the screen."""

from __future__ import annotations

import sys

from include.commands.registry import open_registry
from include.commands.screen import print_json
from include.deployment.home import Home
from include.model_card.markdown import as_markdown
from include.model_card.publishing import read_card
from include.model_card.sources import find_version


def show_card(home: Home, name: str, *, as_json: bool) -> None:
    """Print the card of ``NAME``, ``NAME@7`` or ``NAME@challenger``."""
    store = open_registry(home)
    card = read_card(find_version(name), store)
    if as_json:
        print_json(card.to_json())
    else:
        sys.stdout.write(as_markdown(card))
