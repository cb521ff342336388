"""Clean data beside those that the champion was trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.evidence import Observation
from include.domain.gate import decide
from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from include.quality.checks import check_dataset
from include.quality.result import QualityResult
from include.storage.store import Store, open_store
from tests.include.quality.snapshots import a_snapshot
from tests.specs import a_spec

pytestmark = pytest.mark.integration


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path))


def _customers(seed: int, **columns: Any) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    drawn = {
        "bill": rng.normal(50, 10, 2000),
        "visits": rng.poisson(2, 2000),
        "plan": pd.Series(rng.choice(["free", "paid", "trial"], 2000), dtype="str"),
        "left": rng.random(2000) < 0.3,
    }
    return pd.DataFrame(drawn | columns)


@pytest.fixture
def reference(store: Store) -> DatasetRef:
    return a_snapshot(store, _customers(1))


def _check(
    store: Store, reference: DatasetRef, frame: pd.DataFrame, spec: ModelSpec, suite: Any = "clean"
) -> QualityResult:
    dataset = a_snapshot(store, frame)
    return check_dataset(spec, dataset, store, suite=suite, as_of=None, reference=reference, folder=Path("specs"))


def _compared(result: QualityResult) -> dict[str, Observation]:
    start = "expectation.reference."
    return {item.name.removeprefix(start): item for item in result.evidence.observations if item.name.startswith(start)}


def test_another_sample_of_the_same_world_is_alike(store: Store, reference: DatasetRef) -> None:
    seen = _compared(_check(store, reference, _customers(2), a_spec()))
    assert {name: item.value for name, item in seen.items()} == {"bill": 1, "visits": 1, "plan": 1}
    assert {item.n for item in seen.values()} == {2000}


@pytest.mark.parametrize(
    ("changed", "moved"),
    [
        ({"bill": np.random.default_rng(3).normal(70, 10, 2000)}, "bill"),
        ({"bill": np.where(np.arange(2000) % 10, np.nan, 50.0)}, "bill"),
        ({"plan": pd.Series(["free", "gold"] * 1000, dtype="str")}, "plan"),
        ({"plan": pd.Series([None, None, None, "free"] * 500, dtype="str")}, "plan"),
        ({"visits": np.full(2000, 40)}, "visits"),
        ({"visits": pd.Series(["two"] * 2000, dtype="str")}, "visits"),
    ],
    ids=["shifted", "amounts missing", "unseen category", "categories missing", "unseen number", "another type"],
)
def test_a_column_that_moved_is_found(store: Store, reference: DatasetRef, changed: Any, moved: str) -> None:
    seen = _compared(_check(store, reference, _customers(2, **changed), a_spec()))
    assert {name for name, item in seen.items() if item.value == 0} == {moved}
    assert "→" in seen[moved].detail


def test_a_column_that_moved_stops_the_run_only_where_that_is_asked(store: Store, reference: DatasetRef) -> None:
    shifted = _customers(2, bill=np.zeros(2000))
    advisory, required = a_spec(), a_spec(quality={"reference": {"required": True}})
    assert decide(advisory.data_gate(), _check(store, reference, shifted, advisory).evidence).passed
    assert decide(required.data_gate(), _check(store, reference, shifted, required).evidence).outcome == "blocked"


def test_the_spec_says_how_far_a_column_may_move(store: Store, reference: DatasetRef) -> None:
    shifted = _customers(2, bill=np.random.default_rng(3).normal(55, 10, 2000))
    for at_most, value in ((0.05, 0), (0.5, 1)):
        spec = a_spec(quality={"reference": {"at_most": at_most}})
        assert _compared(_check(store, reference, shifted, spec))["bill"].value == value


def test_raw_data_are_not_compared(store: Store, reference: DatasetRef) -> None:
    assert not _compared(_check(store, reference, _customers(2), a_spec(), suite="raw"))


def test_a_new_feature_has_nothing_to_be_compared_with(store: Store, reference: DatasetRef) -> None:
    result = _check(store, reference, _customers(2, tenure=np.arange(2000)), a_spec())
    assert "tenure" not in _compared(result)
    checked = result.evidence.find("checked_expectations")
    assert checked is not None
    assert checked.detail == "not compared: 'tenure' is not among the champion's training data"


def test_a_listed_column_that_the_reference_lacks_is_not_alike(store: Store, reference: DatasetRef) -> None:
    spec = a_spec(quality={"reference": {"columns": ["tenure", "bill"]}})
    seen = _compared(_check(store, reference, _customers(2, tenure=np.arange(2000)), spec))
    assert {name: item.value for name, item in seen.items()} == {"tenure": 0, "bill": 1}


def test_a_reference_that_is_gone_proves_nothing(store: Store, reference: DatasetRef) -> None:
    gone = reference.model_copy(update={"uri": f"{store.uri}/data/gone"})
    seen = _compared(_check(store, gone, _customers(2), a_spec()))
    assert {item.value for item in seen.values()} == {0}
    assert "no longer in the store" in seen["bill"].detail


def test_another_champion_asks_again(store: Store, reference: DatasetRef) -> None:
    other = a_snapshot(store, _customers(7))
    first = _check(store, reference, _customers(2), a_spec())
    assert _check(store, reference, _customers(2), a_spec()).reused
    again = _check(store, other, _customers(2), a_spec())
    assert not first.reused
    assert not again.reused
    assert "reference changed" in again.cause
