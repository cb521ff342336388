"""Leaks: a row of the holdout that either model was trained on blocks the promotion, and is named."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.split import split_rows
from include.evaluation.untouched import observe_shared_rows
from include.storage.store import Store, open_store
from include.training.tracking import holdout_rows, trained_rows
from plugins.hooks.house import HouseHook
from tests.integration.promotion import World, write_customers
from tests.specs import a_spec

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    made = open_store(str(tmp_path / "store"))
    monkeypatch.setattr(HouseHook, "store", lambda hook: made)
    return made


@pytest.fixture
def customers(tmp_path: Path) -> str:
    return write_customers(tmp_path / "churn.csv")


def plant_single(frame: pd.DataFrame, parts: pd.Series) -> pd.Series:
    """Let the model learn the first row of its holdout that stands there once."""
    planted = parts.copy()
    singles = (planted == "holdout") & ~frame.index.duplicated(keep=False)
    planted.iloc[singles.to_numpy().argmax()] = "training"
    return planted


def tear_copies_apart(frame: pd.DataFrame, parts: pd.Series) -> pd.Series:
    """Let one copy of a row teach and the other judge."""
    planted = parts.copy()
    seconds = (planted == "holdout") & frame.index.duplicated()
    planted.iloc[seconds.to_numpy().argmax()] = "training"
    return planted


@pytest.mark.parametrize(
    ("model", "plant"), [("champion", plant_single), ("champion", tear_copies_apart), ("challenger", tear_copies_apart)]
)
def test_a_planted_row_blocks_the_promotion_and_is_named(
    customers: str, store: Store, model: str, plant: object
) -> None:
    world = World.of(customers, store, **{model: plant})
    guilty = world.champion if model == "champion" else world.challenger
    (row,) = set(trained_rows(guilty.run_id)) & set(holdout_rows(world.challenger.run_id))
    frame = read_frame(take_snapshot(world.spec, store), store)
    customer = frame.loc[[row], "customer"].iloc[0]
    said = world.refusal()
    assert said is not None, "the alias or the ledger moved"
    assert "GateBlockedError" in said
    assert f"holdout_rows_in_{model}_training" in said
    assert f"{row:016x} (customer={customer}, calls=" in said
    assert world.state()[0] == world.champion


def test_without_a_planted_row_the_same_challenger_is_promoted(customers: str, store: Store) -> None:
    world = World.of(customers, store)
    world.promote()
    assert world.state()[0] == world.challenger


@pytest.mark.parametrize("twin", ["north ", "  north", "north\t"])
def test_a_row_that_cleaning_makes_alike_is_another_row_until_cleaning_drops_it(
    tmp_path: Path, store: Store, twin: str
) -> None:
    rows = [("north", number, number % 2) for number in range(60)] + [
        (twin, number, number % 2) for number in range(60)
    ]
    pd.DataFrame(rows, columns=["region", "calls", "left"]).to_csv(tmp_path / "x.csv", index=False)
    trim = {"do": "trim", "columns": ["region"]}
    shared = {}
    for name, cleaning in (("alike", [trim]), ("dropped", [trim, {"do": "drop_duplicates"}])):
        spec = a_spec(data={"source": str(tmp_path / "x.csv")}, cleaning=cleaning)
        frame = read_frame(clean_dataset(spec, take_snapshot(spec, store), store), store)
        parts = split_rows(spec, frame, None).to_numpy()
        held, learned = frame[parts == "holdout"], frame[parts != "holdout"]
        assert observe_shared_rows(spec, "shared", held, learned.index.to_numpy()).value == 0
        shared[name] = len(held.merge(learned.drop_duplicates(), on=list(frame.columns)))
    assert shared["alike"] > 0
    assert shared["dropped"] == 0
