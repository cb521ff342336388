from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from include.domain.references import DatasetRef
from include.domain.spec import Expectation
from include.quality.outcome import Outcome
from include.quality.quarantine import reasons_by_place, set_aside
from include.storage.store import Store, key_of, open_store
from tests.include.quality.snapshots import a_snapshot
from tests.specs import a_spec

ROWS = pd.DataFrame(
    {
        "Größe": [1.0, -2.0, None, 4.0, -2.0],
        "at": pd.date_range("2026-01-01", periods=5, tz="UTC").as_unit("us"),
        "left": [True, False, True, False, False],
    }
)
SPEC = a_spec(data={"time": "at"})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path))


@pytest.fixture
def dataset(store: Store) -> DatasetRef:
    return a_snapshot(store, ROWS, group=2, time="at")


def _outcome(name: str, *failing: int) -> Outcome:
    return Outcome(
        Expectation(type="expect_x", name=name), met=False, rows=5, failing=np.array(failing, dtype=np.int64)
    )


def _reasons(*outcomes: Outcome) -> np.ndarray:
    return reasons_by_place(outcomes, 5)


def _read(store: Store, ref: DatasetRef) -> pd.DataFrame:
    return pq.read_table(store.local_copy(key_of(store, ref.data_uri))).to_pandas()


def test_a_row_keeps_every_reason() -> None:
    assert _reasons(_outcome("a", 1, 3), _outcome("b", 3)).tolist() == [None, "a", None, "a; b", None]


def test_without_a_reason_the_dataset_itself_goes_on(store: Store, dataset: DatasetRef) -> None:
    before = store.keys("")
    parted = set_aside(SPEC, dataset, store, _reasons(_outcome("a")))
    assert parted.accepted is dataset
    assert parted.quarantined is None
    assert store.keys("") == before


def test_rows_go_on_or_are_set_aside_and_none_is_lost(store: Store, dataset: DatasetRef) -> None:
    parted = set_aside(SPEC, dataset, store, _reasons(_outcome("small", 1, 4)))
    kept, out = _read(store, parted.accepted), _read(store, parted.quarantined)  # type: ignore[arg-type]
    whole = pd.concat([kept, out.drop(columns="quarantine_reason")]).sort_values("at", ignore_index=True)
    pd.testing.assert_frame_equal(whole, _read(store, dataset))
    assert out["quarantine_reason"].tolist() == ["small", "small"]
    assert out["Größe"].tolist() == [-2.0, -2.0]


def test_the_manifests_tell_what_was_written(store: Store, dataset: DatasetRef) -> None:
    parted = set_aside(SPEC, dataset, store, _reasons(_outcome("small", 1, 4)))
    accepted = parted.accepted
    assert accepted.rows == 3
    assert accepted.columns[0].nulls == 1
    assert [column.name for column in accepted.columns] == list(ROWS)
    assert accepted.time_range == (ROWS["at"][0].to_pydatetime(), ROWS["at"][3].to_pydatetime())
    assert accepted.cause == f"2 of 5 rows of {dataset.fingerprint[:12]} set aside"
    assert accepted.uri.rpartition("/")[0] == dataset.uri.rpartition("/")[0]
    for ref in parted:
        manifest = json.loads(store.read(f"{key_of(store, ref.uri)}/manifest.json"))  # type: ignore[union-attr]
        assert manifest == ref.model_dump(mode="json", exclude={"uri", "reused", "cause"})  # type: ignore[union-attr]


def test_what_the_manifest_of_the_snapshot_says_of_its_source_is_kept(store: Store, dataset: DatasetRef) -> None:
    store.put(f"{key_of(store, dataset.uri)}/manifest.json", b'{"query": "SELECT 1", "rows": 5}')
    parted = set_aside(SPEC, dataset, store, _reasons(_outcome("small", 1, 4)))
    manifest = json.loads(store.read(f"{key_of(store, parted.accepted.uri)}/manifest.json"))
    assert (manifest["query"], manifest["rows"]) == ("SELECT 1", 3)


def test_equal_decisions_make_equal_datasets_and_others_do_not(store: Store, dataset: DatasetRef) -> None:
    first, same = (set_aside(SPEC, dataset, store, _reasons(_outcome("a", 1))) for _ in range(2))
    other_row = set_aside(SPEC, dataset, store, _reasons(_outcome("a", 0)))
    other_reason = set_aside(SPEC, dataset, store, _reasons(_outcome("b", 1)))
    assert first == same
    assert first.accepted.fingerprint != other_row.accepted.fingerprint != dataset.fingerprint
    assert first.accepted == other_reason.accepted
    assert first.quarantined.fingerprint != other_reason.quarantined.fingerprint  # type: ignore[union-attr]


def test_all_rows_may_be_set_aside(store: Store, dataset: DatasetRef) -> None:
    parted = set_aside(SPEC, dataset, store, _reasons(_outcome("a", *range(5))))
    assert parted.accepted.rows == 0
    assert _read(store, parted.accepted).columns.tolist() == [*ROWS, "row_hash"]
