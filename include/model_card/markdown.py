"""The card as Markdown: for a terminal, a repository, a review."""

from __future__ import annotations

from include.domain.markdown import cell, table
from include.model_card.card import ModelCard
from include.model_card.numbers import interval_text, rows_text, value_text


def as_markdown(card: ModelCard) -> str:
    """Return the card as a Markdown page."""
    parts = [
        f"# {card.title}",
        cell(card.purpose),
        table(["", ""], [("Standing", card.standing), ("Owner", card.owner), ("Task", card.task)]),
        "## Verdict",
        _verdict(card),
        "## Limits",
        "\n".join(f"- {cell(limit)}" for limit in card.limits) or "None are known.",
        *(["## Segments", "\n".join(f"- {cell(line)}" for line in card.segments)] if card.segments else []),
        "## What was seen",
    ]
    for group in card.groups:
        rows = [(o.name, value_text(o), interval_text(o), rows_text(o), o.detail) for o in group.observations]
        parts += [
            f"### {group.title}",
            group.about,
            table(["observation", "value", "interval", "rows", "detail"], rows),
        ]
    for title, facts in (("Data", card.data), ("Training", card.training), ("Lineage", card.lineage)):
        parts += [f"## {title}", table(["", ""], facts.items())]
    events = [(f"{e.at:%Y-%m-%d %H:%M}Z", e.action, e.actor, e.reason) for e in card.history]
    parts += ["## History", table(["when", "what", "who", "why"], events) if events else "Nothing yet."]
    parts += ["## How to make it again", "```console\n" + "\n".join(f"$ {c}" for c in card.reproduce) + "\n```"]
    if card.links:
        parts += ["## Where to look", "\n".join(f"- [{title}]({address})" for title, address in card.links.items())]
    return "\n\n".join(parts) + "\n"


def _verdict(card: ModelCard) -> str:
    if card.verdict is None:
        return "Not judged yet."
    rows = [(r.outcome, r.requirement, r.asked, r.seen) for r in card.verdict.reasons]
    return f"**{card.verdict.outcome}**\n\n{table(['outcome', 'requirement', 'asked', 'seen'], rows)}"
