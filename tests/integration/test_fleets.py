"""A fleet from rows to champion, round by round: every segment by itself, whatever becomes of the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from include.commands.explain import explanation
from include.domain.gate import COMPOSED_AGAINST_ANOTHER, decide
from include.domain.references import ModelVersionRef
from include.domain.verdict import Verdict
from include.judging.candidates import compare_versions
from include.model_card.publishing import read_card
from include.registry.judged_version import read_judged_version
from include.training.models import load_model, predict
from tests.integration.fleets import Fleets, Round, changed, mlflow_of_its_own, sales

pytestmark = pytest.mark.integration

CHANGED = ("town 003", "town 007")


@dataclass
class Story:
    """Three rounds of one fleet: the first, the same again, and one with news of two towns."""

    fleets: Fleets
    first: Round
    again: Round
    third: Round
    versions: tuple[ModelVersionRef, ModelVersionRef]
    verdicts: tuple[Verdict, Verdict]


@pytest.fixture(scope="module")
def story(empty_mlflow_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("fleets")
    with mlflow_of_its_own(empty_mlflow_database, folder):
        fleets = Fleets(folder)
        fleets.write(sales())
        first = fleets.train()
        one = fleets.register(first)
        passed = fleets.judged(one)
        fleets.promote(one)
        again = fleets.train()
        fleets.write(changed(sales(), *CHANGED))
        third = fleets.train(slots=2, processes=2)
        two = fleets.register(third)
        yield Story(fleets, first, again, third, (one, two), (passed, fleets.judged(two)))


def test_every_segment_gets_a_model_of_its_own(story: Story) -> None:
    assert set(story.first.outcomes()) == {"passed"}
    assert story.first.verdict(story.fleets.spec).passed
    assert story.verdicts[0].passed


def test_nothing_is_trained_where_nothing_changed_and_the_run_is_that_of_before(story: Story) -> None:
    assert set(story.again.outcomes()) == {"unchanged"}
    assert story.again.seen("segments_trained") == 0
    assert (story.again.run.run_id, story.again.run.reused) == (story.first.run.run_id, True)
    assert story.again.verdict(story.fleets.spec).passed


def test_only_segments_whose_rows_changed_are_trained_again(story: Story) -> None:
    assert sorted(story.third.outcomes()["passed"]) == list(CHANGED)
    assert len(story.third.outcomes()["unchanged"]) == 10
    assert story.third.seen("segments_trained") == 2
    assert story.verdicts[1].passed


def test_members_that_stay_are_the_champions_bit_for_bit(story: Story) -> None:
    one, two = (load_model(f"models:/{version.name}/{version.version}") for version in story.versions)
    kept = [name for name in one.members if name not in CHANGED]
    assert [one.content(one.members[name]) for name in kept] == [two.content(two.members[name]) for name in kept]
    rows = sales(seed=5)
    stays = ~rows["town"].isin(CHANGED).to_numpy()
    before, after = (predict(story.fleets.spec, model, rows).values for model in (one, two))
    assert np.array_equal(before[stays], after[stays])
    assert not np.isclose(before[~stays], after[~stays]).any()


def test_it_is_told_of_every_member_which_run_trained_it(story: Story) -> None:
    fleet = load_model(f"models:/{story.versions[1].name}/{story.versions[1].version}")
    assert {name: fleet.members[name].run_id for name in CHANGED} == dict.fromkeys(CHANGED, story.third.run.run_id)
    assert fleet.members["town 000"].run_id == story.first.run.run_id


def test_a_fleet_that_met_another_champion_is_blocked(story: Story) -> None:
    one, two = story.versions
    moved_on = one.model_copy(update={"version": 9})
    seen = compare_versions(story.fleets.spec, two, moved_on, story.fleets.store)
    verdict = decide(story.fleets.spec.model_gate(), seen)
    unmet = {reason.requirement: reason.detail for reason in verdict.reasons if reason.outcome != "passed"}
    assert verdict.outcome == "blocked"
    assert list(unmet) == [COMPOSED_AGAINST_ANOTHER]
    assert "judged against version 1; the champion is version 9: train again" in unmet[COMPOSED_AGAINST_ANOTHER]


def test_a_version_is_explained_by_what_became_of_its_segments_and_not_segment_by_segment(story: Story) -> None:
    told = explanation(story.fleets.store, read_judged_version("sales", "1"))
    assert told["segments"][:2] == ["12 segments, 12 trained: 12 passed", "served by challenger 12"]
    assert [(gate["gate"], gate["outcome"]) for gate in told["gates"][-2:]] == [
        ("fleet", "passed"),
        ("model", "passed"),
    ]
    card = read_card(story.versions[0], story.fleets.store)
    assert card.segments == tuple(told["segments"])
    assert card.data["Training rows"] == "1,920"
