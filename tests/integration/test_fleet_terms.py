"""The terms of a fleet's training: what was asked for, how rows count, and how the champion reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from include.domain.errors import DataError
from include.training.tracking import accepted_dataset, trained_rows
from tests.integration.fleets import Fleets, Round, changed, mlflow_of_its_own, sales

pytestmark = pytest.mark.integration

TENTHS = [{"do": "derive", "column": "size", "expression": "size / 10"}]


@pytest.fixture(scope="module")
def fleets(empty_mlflow_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleets]:
    """Yield a fleet of three towns that serves already."""
    folder = tmp_path_factory.mktemp("terms")
    with mlflow_of_its_own(empty_mlflow_database, folder):
        made = Fleets(folder)
        made.write(sales(3))
        made.champion()
        yield made


@pytest.fixture
def news(fleets: Fleets) -> Iterator[pd.DataFrame]:
    """Yield rows in which all towns sell otherwise, and bring the old ones back."""
    frame = changed(sales(3), "town 000", "town 001", "town 002")
    fleets.write(frame)
    yield frame
    fleets.write(sales(3))
    fleets.parts.clear()


def served(made: Round) -> dict[str, tuple[str, str]]:
    return {name.removeprefix("town "): (one.outcome, one.served_by) for name, one in made.results.items()}


@pytest.mark.usefixtures("news")
def test_only_segments_that_were_asked_for_are_trained(fleets: Fleets) -> None:
    made = fleets.train(asked=("town 001",))
    stays = ("not_asked", "champion")
    assert served(made) == {"000": stays, "001": ("passed", "challenger"), "002": stays}
    assert made.seen("segments_trained") == 1
    assert made.verdict(fleets.spec).passed


def test_a_segment_that_is_not_there_cannot_be_asked_for(fleets: Fleets) -> None:
    with pytest.raises(DataError, match="segments that the data do not hold: Atlantis"):
        fleets.train(asked=("Atlantis",))


def test_who_is_trained_in_vain_leaves_everything_as_it_was(fleets: Fleets) -> None:
    """A row more changes the training and not the model."""
    first = fleets.train()
    fleets.write(pd.concat([sales(3), sales(3, seed=9).head(1)], ignore_index=True))
    made = fleets.train()
    assert served(made)["000"][1] == "champion"
    assert served(made)["000"][0] in ("blocked", "inconclusive")
    assert made.seen("models_trained_in_vain")
    assert not made.verdict(fleets.spec).passed
    assert (made.run.run_id, made.run.reused) == (first.run.run_id, True)
    assert accepted_dataset(made.run.run_id, "raw").rows == 600
    again = fleets.train()
    assert again.results["town 000"].reused
    assert again.seen("segments_trained") == 0
    fleets.write(sales(3))


@pytest.mark.usefixtures("news")
def test_rows_that_count_by_their_age_make_another_member(fleets: Fleets) -> None:
    times = pd.date_range("2026-01-01", periods=200, freq="D").strftime("%Y-%m-%d").tolist() * 3
    fleets.parts = {"name": "aged", "data": {"time": "day"}, "cleaning": [{"do": "parse_date", "columns": ["day"]}]}
    fleets.write(sales(3).assign(day=times))
    plain, aged = fleets.train(), fleets.train(half_life=timedelta(days=5))
    assert set(aged.outcomes()) == {"passed"}
    prints = [{name: one.fingerprint for name, one in made.results.items()} for made in (plain, aged)]
    assert all(prints[0][name] != prints[1][name] for name in prints[0])
    assert aged.plan.half_life == timedelta(days=5)


@pytest.mark.usefixtures("news")
def test_new_members_meet_the_champion_as_it_reads_the_rows(fleets: Fleets) -> None:
    fleets.parts = {"cleaning": TENTHS}
    made = fleets.train()
    assert not made.plan.champion_cleans_alike
    assert set(made.outcomes()) == {"passed"}
    for result in made.results.values():
        assert result.candidate is not None
        assert result.champion is not None
        # Read in tenths, the champion's answers would be off by nine tenths of the rate and not by the news alone.
        assert result.candidate < 1 < result.champion
    assert made.verdict(fleets.spec).passed


def test_a_member_does_not_stay_where_rows_are_cleaned_by_other_steps(fleets: Fleets) -> None:
    fleets.parts = {"cleaning": TENTHS}
    made = fleets.train()
    fleets.parts = {}
    assert {by for _, by in served(made).values()} == {"champion"}
    assert made.seen("kept_members_changed") == 3
    assert made.verdict(fleets.spec).outcome == "blocked"


def test_a_fleet_has_seen_what_its_members_have_seen(fleets: Fleets) -> None:
    made = fleets.train()
    assert len(trained_rows(made.run.run_id)) == sum(one.learned for one in made.results.values())
