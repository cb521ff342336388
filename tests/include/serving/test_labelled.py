from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from include.domain.evidence import Evidence
from include.serving.labelled import write_labelled
from tests.fakes import MemoryStore
from tests.include.serving.logged import FEBRUARY, JANUARY, scored
from tests.specs import a_spec


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    scored(store, "s1", ["a", "b", "c", "d"])
    scored(store, "s2", ["e"], FEBRUARY)
    return store


def joined(
    store: MemoryStore, folder: Path, lines: list[tuple[Any, ...]], **asked: Any
) -> tuple[dict[str, Any], Evidence]:
    """Return the labels of the predictions of January by row id, and what was told of them."""
    source = folder / "labels.csv"
    pd.DataFrame(lines, columns=["customer", "left", "known_on"]).to_csv(source, index=False)
    labels = {"source": str(source), "known_at": "known_on"}
    spec = a_spec(data={"id": "customer", "labels": labels, "types": {"customer": "text", "known_on": "timestamp"}})
    told = write_labelled(spec, store, asked.pop("window", JANUARY), folder / "out.parquet", **asked)
    return {row["row_id"]: row["label"] for row in pq.read_table(folder / "out.parquet").to_pylist()}, told


def value(told: Evidence, name: str) -> float | None:
    found = told.find(name)
    assert found is not None
    return found.value


def test_every_prediction_stands_once_with_its_label_or_without(store: MemoryStore, tmp_path: Path) -> None:
    lines = [("a", 1, "2026-02-01"), ("b", 0, "2026-02-01"), ("b", 0, "2026-02-02"), ("c", 0, "2026-02-01")]
    rows, told = joined(store, tmp_path, [*lines, ("c", 1, "2026-02-03")])
    assert rows == {"a": 1, "b": 0, "c": 1, "d": None}
    assert value(told, "labelled_share") == 0.75
    assert (value(told, "repeated_labels"), value(told, "corrected_labels")) == (1, 1)


def test_late_labels_count_once_they_are_there(store: MemoryStore, tmp_path: Path) -> None:
    lines = [("a", 1, "2026-02-01"), ("b", 0, "2026-03-01")]
    early, told = joined(store, tmp_path, lines, as_of=datetime(2026, 2, 15, tzinfo=UTC))
    assert (early["a"], early["b"]) == (1, None)
    assert (value(told, "labelled_share"), value(told, "labels_to_come")) == (0.25, 1)
    assert value(joined(store, tmp_path, lines)[1], "labelled_share") == 0.5


def test_labels_that_disagree_leave_the_row_without_one_and_name_it(store: MemoryStore, tmp_path: Path) -> None:
    rows, told = joined(store, tmp_path, [("a", 1, None), ("a", 0, None)])
    assert rows["a"] is None
    found = told.find("disagreeing_labels")
    assert found is not None
    assert found.value == 1
    assert found.detail.startswith("rows a: several labels")


def test_labels_of_rows_that_were_never_scored_are_counted_and_named(store: MemoryStore, tmp_path: Path) -> None:
    # Row e was scored, in another window.
    rows, told = joined(store, tmp_path, [("a", 1, None), ("e", 1, None), ("zoe", 1, None)])
    assert set(rows) == {"a", "b", "c", "d"}
    found = told.find("unknown_ids")
    assert found is not None
    assert (found.value, found.detail) == (1, "labels of rows that were never scored, such as zoe")


def test_a_window_without_labels_says_so(store: MemoryStore, tmp_path: Path) -> None:
    rows, told = joined(store, tmp_path, [])
    assert set(rows.values()) == {None}
    found = told.find("labelled_share")
    assert found is not None
    assert found.value == 0
    assert "no row" in found.detail


def test_of_a_window_without_predictions_no_share_is_told(store: MemoryStore, tmp_path: Path) -> None:
    april = JANUARY.model_copy(
        update={"start": datetime(2026, 4, 1, tzinfo=UTC), "end": datetime(2026, 5, 1, tzinfo=UTC)}
    )
    rows, told = joined(store, tmp_path, [("a", 1, None)], window=april)
    assert rows == {}
    assert value(told, "labelled_share") is None
