"""The card as one HTML page: styles in it, no script, no picture from elsewhere; all that data say is escaped."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from include.model_card.card import ModelCard
from include.model_card.numbers import interval_text, rows_text, value_text

_FOLDER = Path(__file__).parent / "page"


def as_html(card: ModelCard) -> str:
    """Return the card as a page that can be saved, mailed and printed."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters.update(value=value_text, interval=interval_text, rows=rows_text)
    style = Markup((_FOLDER / "card.css").read_text(encoding="utf-8"))  # noqa: S704, a file of the house
    return environment.get_template("card.j2").render(card=card, style=style)
