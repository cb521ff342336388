from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.data.labels import LabelSource, find_labels, read_labels, write_labels
from include.domain.errors import DataError
from include.domain.labels import GivenLabel, settle
from include.domain.references import Column, DatasetRef, Window
from include.domain.spec import ModelSpec
from include.storage.store import open_store
from tests.fakes import MemoryStore
from tests.specs import a_spec

START = datetime(2026, 1, 1, tzinfo=UTC)


def labels_at(path: Path, lines: list[tuple[Any, Any, Any]], **labels: Any) -> ModelSpec:
    """Return a spec whose labels stand in a file of ids, labels and the days on which they became known."""
    frame = pd.DataFrame(lines, columns=["customer", "left", "known_on"])
    frame.to_csv(path, index=False)
    asked = {"source": str(path), "known_at": "known_on", **labels}
    return a_spec(data={"id": "customer", "types": {"customer": "text"}, "labels": asked})


def test_each_row_has_one_label_the_latest(tmp_path: Path) -> None:
    lines = [("a", 0, "2026-01-01"), ("b", 1, "2026-01-01"), ("a", 1, "2026-01-03"), ("b", 1, "2026-01-02")]
    spec = labels_at(tmp_path / "labels.csv", lines)
    labels, tally = read_labels(spec, MemoryStore())
    assert labels.to_dict() == {"a": 1, "b": 1}
    assert (tally.rows, tally.corrected, tally.repeated) == (2, 1, 1)


def test_what_became_known_later_does_not_count_yet(tmp_path: Path) -> None:
    lines = [("a", 0, "2026-01-01"), ("a", 1, "2026-01-03"), ("b", 1, "2026-01-05")]
    spec = labels_at(tmp_path / "labels.csv", lines)
    labels, tally = read_labels(spec, MemoryStore(), as_of=START + timedelta(days=1))
    assert labels.to_dict() == {"a": 0}
    assert (tally.rows, tally.corrected, tally.to_come) == (1, 0, 2)


def test_labels_that_disagree_are_no_label_and_are_named(tmp_path: Path) -> None:
    spec = labels_at(tmp_path / "labels.csv", [("a", 0, None), ("a", 1, None), ("b", 1, None)], known_at=None)
    labels, tally = read_labels(spec, MemoryStore())
    assert labels.to_dict() == {"b": 1}
    assert (tally.rows, tally.disagreeing, tally.examples) == (1, 1, ("a",))


def test_ids_are_the_text_that_they_are_in_the_rows(tmp_path: Path) -> None:
    spec = labels_at(tmp_path / "labels.csv", [("007", 1, "2026-01-01")])
    assert read_labels(spec, MemoryStore())[0].to_dict() == {"007": 1}


def test_by_default_the_source_is_read_again_and_cleaned(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    lines = [(1, "2026-01-01", "yes"), (2, "2026-01-02", None), (3, "2026-02-01", "no")]
    pd.DataFrame(lines, columns=["customer", "at", "left"]).to_csv(path, index=False)
    steps = [{"do": "map_values", "column": "left", "values": {"yes": "gone"}}]
    spec = a_spec(data={"source": str(path), "id": "customer", "time": "at", "label_delay": "10d"}, cleaning=steps)
    january = Window(start=START, end=START + timedelta(days=31))
    assert read_labels(spec, MemoryStore(), january)[0].to_dict() == {"1": "gone"}
    early, tally = read_labels(spec, MemoryStore(), january, as_of=START + timedelta(days=9))
    assert (len(early), tally.to_come) == (0, 1)


def test_a_row_has_its_label_whatever_was_before_it(tmp_path: Path) -> None:
    pd.DataFrame({"k": ["a", "b"], "t": ["2026-01-01", "2026-01-02"], "y": [3.0, 4.0]}).to_csv(
        tmp_path / "rows.csv", index=False
    )
    lag = {"do": "lag", "column": "y", "periods": [1], "every": "day", "gaps": "drop"}
    data = {"source": str(tmp_path / "rows.csv"), "target": "y", "id": "k", "time": "t"}
    ridge = {"estimator": "sklearn.linear_model.Ridge"}
    spec = a_spec(task="regression", data=data, cleaning=[lag], training=ridge)
    assert read_labels(spec, open_store(str(tmp_path / "store")))[0].to_dict() == {"a": 3.0, "b": 4.0}


def test_where_no_label_came_yet_that_is_said(tmp_path: Path) -> None:
    spec = labels_at(tmp_path / "labels.csv", [])
    labels, tally = read_labels(spec, MemoryStore())
    assert (len(labels), tally.rows) == (0, 0)
    assert "no row" in tally.why_none


def test_without_an_id_nothing_can_be_joined_and_that_is_said() -> None:
    assert "give data.id" in find_labels(a_spec(), MemoryStore()).why_none


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    spec = labels_at(tmp_path / "labels.csv", [("a", 0, "2026-01-01")], target="churned")
    with pytest.raises(DataError, match="churned"):
        read_labels(spec, MemoryStore())


_GIVEN = st.tuples(st.sampled_from("abc"), st.integers(0, 1), st.one_of(st.none(), st.integers(0, 3)))


@settings(max_examples=50)
@given(st.lists(_GIVEN, min_size=1, max_size=12), st.one_of(st.none(), st.integers(0, 3)))
def test_the_join_settles_labels_as_the_rule_says(lines: list[tuple[str, int, int | None]], day: int | None) -> None:
    dated = [(row, value, None if on is None else START + timedelta(days=on)) for row, value, on in lines]
    as_of = None if day is None else START + timedelta(days=day)
    given_for = {row: [GivenLabel(value, at) for of, value, at in dated if of == row] for row, _, _ in dated}
    expected = {row: found for row, labels in given_for.items() if (found := settle(labels, as_of))}
    with TemporaryDirectory() as folder:
        store, file = MemoryStore(), Path(folder, "labels.parquet")
        tally = write_labels(stored(dated, store), store, file, as_of=as_of)
        rows = pq.read_table(file).to_pylist()
    assert {row["row_id"]: (row["label"], row["standing"]) for row in rows} == expected
    standings = [found.standing for found in expected.values()]
    told = (tally.repeated, tally.corrected, tally.disagreeing)
    assert told == tuple(standings.count(one) for one in ("repeated", "corrected", "disagreeing"))


def stored(lines: list[tuple[str, int, datetime | None]], store: MemoryStore) -> LabelSource:
    """Return a snapshot of labels, in the form in which the shelf keeps one."""
    kinds = {"customer": "VARCHAR", "left": "BIGINT", "known_on": "TIMESTAMP"}
    table = pa.table(
        {
            "customer": [row for row, _, _ in lines],
            "left": [value for _, value, _ in lines],
            "known_on": pa.array([at and at.replace(tzinfo=None) for *_, at in lines], pa.timestamp("us")),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    store.put("snapshots/churn/x/data.parquet", buffer.getvalue())
    columns = tuple(Column(name=name, type=kind, nulls=0) for name, kind in kinds.items())
    dataset = DatasetRef(
        uri=f"{store.uri}/snapshots/churn/x", fingerprint="x", rows=len(lines), columns=columns, source="labels"
    )
    return LabelSource(dataset=dataset, id="customer", target="left", known_at="known_on")
