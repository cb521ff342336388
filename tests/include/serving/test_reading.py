from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.data.windows import ALWAYS
from include.domain.references import Window
from include.serving.prediction_log import PredictionLog
from include.serving.reading import open_predictions, read_predictions, write_predictions
from tests.fakes import MemoryStore
from tests.include.serving.logged import FEBRUARY, JANUARY, MORNING, a_set, rows_of, scored


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def ids(store: MemoryStore, window: Window = ALWAYS, **asked: object) -> list[str]:
    return read_predictions(store, "churn", window, **asked).column("row_id").to_pylist()  # type: ignore[arg-type]


def test_a_log_without_predictions_is_read_as_no_rows(store: MemoryStore) -> None:
    assert ids(store, JANUARY) == []
    with open_predictions(store, "churn") as connection:
        assert connection.execute("SELECT count(*) FROM predictions").fetchall() == [(0,)]


def test_only_the_newest_set_of_a_window_is_read(store: MemoryStore) -> None:
    scored(store, "s1", ["a", "gone"], probability=0.2)
    scored(store, "s2", ["a", "b"], probability=0.9)
    table = read_predictions(store, "churn", JANUARY)
    assert table.column("row_id").to_pylist() == ["a", "b"]
    assert table.column("probability").to_pylist() == [0.9, 0.9]


def test_a_row_stands_once_for_each_role_by_its_last_answer(store: MemoryStore) -> None:
    scored(store, "s1", ["a"], probability=0.1)
    scored(store, "s2", ["a"], role="challenger", probability=0.2)
    whole = Window(start=JANUARY.start, end=FEBRUARY.end)
    scored(store, "s3", ["a"], whole, probability=0.3, scored_at=MORNING + timedelta(hours=1))
    table = read_predictions(store, "churn", JANUARY, columns=("role", "probability"))
    assert table.to_pylist() == [
        {"role": "challenger", "probability": 0.2},
        {"role": "champion", "probability": 0.3},
    ]
    assert ids(store, JANUARY, role="challenger") == ["a"]


def test_rows_are_read_by_event_time_half_open(store: MemoryStore) -> None:
    whole = Window(start=JANUARY.start, end=FEBRUARY.end)
    log = PredictionLog(store, "churn")
    log.append(a_set("s1", whole), [rows_of(["a"], JANUARY.start), rows_of(["b"], JANUARY.end)])
    assert (ids(store, JANUARY), ids(store, FEBRUARY), ids(store)) == (["a"], ["b"], ["a", "b"])


def test_rows_without_a_time_belong_to_the_window_of_their_set(store: MemoryStore) -> None:
    PredictionLog(store, "churn").append(a_set("s1"), [rows_of(["a"], None)])
    assert (ids(store, JANUARY), ids(store, FEBRUARY)) == (["a"], [])


def test_a_window_is_written_to_one_file(store: MemoryStore, tmp_path: Path) -> None:
    scored(store, "s1", ["a", "b"])
    target = tmp_path / "predictions.parquet"
    assert write_predictions(store, "churn", JANUARY, target) == 2
    assert pq.read_table(target).column("prediction").to_pylist() == ["true", "true"]


@given(st.lists(st.tuples(st.sets(st.sampled_from("abcdef")), st.booleans()), max_size=6))
def test_every_row_is_read_once_whatever_was_scored_in_which_order(goes: list[tuple[set[str], bool]]) -> None:
    store = MemoryStore()
    expected: set[str] = set()
    served: set[str] = set()
    for number, (rows, by_batch) in enumerate(goes):
        at = MORNING + timedelta(minutes=number)
        made = a_set(f"s{number}", JANUARY, origin="batch" if by_batch else "service")
        tables = [rows_of(sorted(rows), JANUARY.start, origin=made.origin, scored_at=at)]
        PredictionLog(store, "churn").append(made, tables)
        expected, served = (rows, served) if by_batch else (expected, served | rows)
    assert ids(store, JANUARY) == sorted(expected | served)


def test_a_fleet_that_followed_a_single_model_is_read_beside_it(store: MemoryStore) -> None:
    scored(store, "s1", ["a"], JANUARY)
    scored(store, "s2", ["b"], FEBRUARY, served_by=["pooled"])
    table = read_predictions(store, "churn", columns=("row_id", "served_by"))
    assert table.to_pylist() == [{"row_id": "a", "served_by": None}, {"row_id": "b", "served_by": "pooled"}]
