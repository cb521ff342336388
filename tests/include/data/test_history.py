from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.data.cleaning import clean_dataset, clean_frame
from include.data.frames import read_frame
from include.data.history import history_window, nothing_before
from include.data.snapshot import take_snapshot
from include.domain.errors import DataError
from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.storage.store import Store
from tests.include.data.given import spec_over, written

LAG = {"do": "lag", "column": "y", "by": ["who"], "periods": [1, 2], "every": "month"}
HEAD = "who,t,y,z\n"


def looking_back(*steps: dict[str, Any]) -> ModelSpec:
    return spec_over("x.csv", time="t", cleaning=list(steps) or [LAG])


def month(number: int) -> datetime:
    return datetime(2018, number, 1, tzinfo=UTC)


def cleaned(spec: ModelSpec, store: Store, start: datetime) -> pd.DataFrame:
    """Clean the rows from some moment on, as they are when they are scored."""
    before = history_window(spec, Window(start=start))
    assert before is not None
    window = take_snapshot(spec, store, window=Window(start=start), to_score=True)
    history = take_snapshot(spec, store, window=before, to_score=True)
    return read_frame(clean_dataset(spec, window, store, to_score=True, history=history), store)


months = st.dictionaries(st.tuples(st.sampled_from("ab"), st.integers(1, 9)), st.integers(0, 99), min_size=1)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(months, st.integers(4, 8))
def test_rows_of_a_window_are_cleaned_as_they_are_among_all_rows(
    here: Path, store: Store, content: dict[tuple[str, int], int], start: int
) -> None:
    sure = {("a", start - 1): 7, ("a", start): 8}
    lines = [f"{who},2018-{place:02}-15,{value},{value / 4}\n" for (who, place), value in {**sure, **content}.items()]
    written(Path("x.csv"), HEAD + "".join(lines))
    spec = looking_back()
    whole = read_frame(clean_dataset(spec, take_snapshot(spec, store), store), store)
    found = cleaned(spec, store, month(start))
    expected = whole[whole["t"] >= month(start)]
    pd.testing.assert_frame_equal(found, expected.reindex(found.index), check_dtype=False)
    assert len(found) == len(expected)


def test_the_target_of_rows_to_be_scored_need_not_be_known(here: Path, store: Store) -> None:
    written(Path("x.csv"), HEAD + "a,2018-01-01,5,1\na,2018-02-01,6,1\na,2018-03-01,,\n")
    found = cleaned(looking_back(), store, month(3))
    assert found[["y_lag_1", "y_lag_2"]].to_numpy().tolist() == [[6, 5]]


def test_what_training_drops_is_not_looked_back_at(here: Path, store: Store) -> None:
    duplicates = {"do": "drop_duplicates", "columns": ["who", "t"]}
    spec = looking_back(duplicates, LAG)
    written(Path("x.csv"), HEAD + "a,2018-02-01,5,1\na,2018-02-01,6,2\na,2018-03-01,1,3\na,2018-03-01,1,4\n")
    whole = read_frame(clean_dataset(spec, take_snapshot(spec, store), store), store)
    found = cleaned(spec, store, month(3))
    assert len(found) == 2
    assert set(found["y_lag_1"]) == set(whole["y_lag_1"].dropna())


def test_other_history_is_other_work(here: Path, store: Store) -> None:
    written(Path("x.csv"), HEAD + "a,2018-02-01,5,1\na,2018-03-01,1,3\n")
    first = cleaned(looking_back(), store, month(3))
    written(Path("x.csv"), HEAD + "a,2018-02-01,7,1\na,2018-03-01,1,3\n")
    again = cleaned(looking_back(), store, month(3))
    assert (first["y_lag_1"].tolist(), again["y_lag_1"].tolist()) == ([5], [7])


def test_a_column_of_two_types_is_named(here: Path, store: Store) -> None:
    spec = looking_back()
    written(Path("x.csv"), HEAD + "a,2018-02-01,5,word\n")
    history = take_snapshot(spec, store)
    written(Path("x.csv"), HEAD + "a,2018-03-01,5,7\n")
    window = take_snapshot(spec, store)
    with pytest.raises(DataError, match="column 'z' holds integer here and text there"):
        clean_dataset(spec, window, store, to_score=True, history=history)


def test_a_frame_looks_back_at_the_rows_beside_it() -> None:
    rows = pd.DataFrame({"who": ["a", "b"], "t": [month(3), month(3)], "y": [1, 2], "z": 0}, index=["r", "s"])
    history = pd.DataFrame({"who": ["a", "b"], "t": [month(2), month(1)], "y": [3, 4], "z": 0})
    found = clean_frame(looking_back(), rows, to_score=True, history=history)
    assert found.index.tolist() == ["r", "s"]
    assert found["y_lag_1"].tolist()[0] == 3
    assert found["y_lag_2"].tolist()[1] == 4


def test_only_who_looks_back_needs_a_history() -> None:
    assert history_window(spec_over("x.csv", time="t"), Window(start=month(3))) is None
    assert history_window(looking_back(), Window(end=month(3))) is None
    assert history_window(looking_back(), Window(start=month(3))) == Window(start=month(1), end=month(3))
    with pytest.raises(DataError, match="looks back further than calendars go"):
        history_window(looking_back({**LAG, "every": "9000 years"}), Window(start=month(3)))


def test_that_nothing_was_before_is_said_with_what_would_be_missing() -> None:
    told = str(nothing_before(looking_back(), Window(start=month(1), end=month(3)), "x.csv: no row"))
    assert told.startswith("y_lag_1, y_lag_2 would be missing in every row: the source holds no row before")
    assert "x.csv: no row" in told


def test_rows_without_a_past_may_be_left_out_of_training_and_are_looked_back_at_all_the_same() -> None:
    spec = looking_back({**LAG, "gaps": "drop"}, {**LAG, "column": "y_lag_1", "periods": [1]})
    rows = pd.DataFrame({"who": "a", "t": [month(n) for n in (1, 2, 3, 5)], "y": [1, 2, 3, 5]}, index=list("abcd"))
    learned = clean_frame(spec, rows)
    assert learned.index.tolist() == ["c"]
    assert learned["y_lag_1_lag_1"].tolist() == [1]
    assert clean_frame(spec, rows, to_score=True).index.tolist() == ["a", "b", "c", "d"]
