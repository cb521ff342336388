"""The card says what the sources hold."""

from __future__ import annotations

from datetime import UTC, datetime

from include.domain.fleet_summary import summarise
from include.domain.references import Window
from include.model_card.html import as_html
from include.model_card.markdown import as_markdown
from include.model_card.writing import write_card
from tests.include.fleet.results import a_result
from tests.include.model_card.cards import SEEN, an_entry, sources
from tests.specs import a_spec


def test_every_observation_stands_on_the_card_once() -> None:
    card = write_card(sources(), {})
    assert sorted(o.name for g in card.groups for o in g.observations) == sorted(o.name for o in SEEN.observations)


def test_the_card_names_purpose_owner_and_standing() -> None:
    card = write_card(sources(), {})
    assert (card.title, card.purpose, card.owner) == ("churn version 3", "Who is about to leave.", "growth")
    assert card.standing == "champion"
    assert write_card(sources(aliases={"champion": 9}), {}).standing == "former champion"
    refused = write_card(sources(aliases={}, entries=(an_entry(action="reject", run="x/1"),)), {})
    assert refused.standing == "registered"


def test_the_history_marks_an_override() -> None:
    entry = an_entry(overridden=True, outcome="inconclusive", run="churn.promotion/1")
    (event,) = write_card(sources(entries=(entry,)), {}).history
    assert (event.action, event.actor) == ("promote, inconclusive overridden", "ada")


def test_the_commands_check_out_the_commit_and_ask_for_the_same_window() -> None:
    dataset = sources().dataset.model_copy(update={"window": Window(end=datetime(2026, 1, 1, tzinfo=UTC))})
    commands = write_card(sources(dataset=dataset), {}).reproduce
    assert commands[0] == "git checkout c0ffee"
    assert commands[-1].endswith("sluice run churn --force --dry-run --until 2026-01-01T00:00:00+00:00")
    assert "export MLFLOW_TRACKING_URI=http://mlflow:5000" in commands


def test_facts_that_nobody_recorded_are_called_unknown() -> None:
    card = write_card(sources(tags={}, counts={}), {})
    assert card.lineage["Commit"].startswith("unknown")
    assert card.data["Holdout rows"] == "unknown"
    assert not any(command.startswith("git") for command in card.reproduce)


def test_of_a_fleet_it_is_told_what_became_of_its_segments() -> None:
    results = [a_result("north"), a_result("south", outcome="failed", served_by="pooled", reason="its process died")]
    fleet = sources(spec=a_spec(segment_by=["region", "shop"]), segments=summarise(results))
    card = write_card(fleet, {})
    assert card.training["One model for each"] == "region, shop"
    assert card.segments[:2] == ("2 segments, 2 trained: 1 passed, 1 failed", "served by challenger 1, pooled 1")
    assert "1 of 2 segments have no model of their own: the pooled model answers." in card.limits
    assert "1 of 2 segments could not be trained." in card.limits
    assert "- failed: south: its process died" in as_markdown(card)
    assert "<li>failed: south: its process died</li>" in as_html(card)


def test_of_one_model_nothing_is_said_of_segments() -> None:
    card = write_card(sources(), {})
    assert card.segments == ()
    assert "Segments" not in as_markdown(card) + as_html(card)
    assert "One model for each" not in card.training
