# Moments without a zone are UTC in this room, and are written without one on purpose.
# ruff: noqa: DTZ001

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.windows import in_order
from include.domain.errors import DataError
from include.domain.references import Window
from include.storage.store import Store
from tests.include.data.given import snapshot_of, spec_over, written

EVENTS = (
    "t,y,x\n2018-01-01 00:00:00,1,a\n2018-01-31 23:59:59,2,b\n2018-02-01 00:00:00,3,c\n,4,d\n2017-12-31 23:59:59,5,e\n"
)
JANUARY = Window(start=datetime(2018, 1, 1), end=datetime(2018, 2, 1))


def _files(store: Store, folder: Path) -> dict[str, int]:
    return {key: (folder / "store" / key).stat().st_mtime_ns for key in store.keys("")}


def test_the_manifest_says_what_is_there_and_where_it_came_from(here: Path, store: Store) -> None:
    written(here / "events.csv", EVENTS)
    dataset = take_snapshot(spec_over("events.csv", time="t"), store, window=JANUARY)
    manifest = json.loads(store.read(f"snapshots/churn/{dataset.fingerprint}/manifest.json"))
    assert manifest == {
        "source": "events.csv",
        "query": None,
        "window": {"start": "2018-01-01T00:00:00Z", "end": "2018-02-01T00:00:00Z"},
        "rows": 2,
        "rows_without_time": 1,
        "columns": [
            {"name": "t", "type": "TIMESTAMP", "nulls": 0},
            {"name": "x", "type": "VARCHAR", "nulls": 0},
            {"name": "y", "type": "BIGINT", "nulls": 0},
        ],
        "time": "t",
        "time_range": ["2018-01-01T00:00:00+00:00", "2018-01-31T23:59:59+00:00"],
        "fingerprint": dataset.fingerprint,
    }
    assert dataset.uri == f"{store.uri}/snapshots/churn/{dataset.fingerprint}"


def test_a_window_keeps_its_start_and_leaves_its_end(here: Path, store: Store) -> None:
    written(here / "events.csv", EVENTS)
    spec = spec_over("events.csv", time="t")
    assert read_frame(take_snapshot(spec, store, window=JANUARY), store)["y"].tolist() == [1, 2]
    until = take_snapshot(spec, store, window=Window(end=JANUARY.start))
    assert read_frame(until, store)["y"].tolist() == [5]
    assert take_snapshot(spec, store).rows == 5


def test_a_window_without_a_row_says_what_times_there_are(here: Path, store: Store) -> None:
    written(here / "events.csv", EVENTS)
    spec = spec_over("events.csv", time="t")
    with pytest.raises(DataError, match=r"no row in the window .*2017-12-31 23:59:59 to 2018-02-01 00:00:00"):
        take_snapshot(spec, store, window=Window(start=datetime(2020, 1, 1), end=datetime(2020, 2, 1)))
    with pytest.raises(DataError, match=r"ends .* before it starts"):
        take_snapshot(spec, store, window=Window(start=datetime(2020, 1, 1), end=datetime(2019, 1, 1)))
    assert store.keys("snapshots/") == []


def test_without_a_time_column_a_window_only_fills_paths(here: Path, store: Store) -> None:
    written(here / "trips_2018-01.csv", EVENTS)
    spec = spec_over("trips_{window_start:%Y-%m}.csv")
    assert take_snapshot(spec, store, window=JANUARY).rows == 5
    with pytest.raises(DataError, match="asks for window_start"):
        take_snapshot(spec, store)


def test_without_a_time_column_the_same_bytes_are_read_once_for_all_windows(here: Path, store: Store) -> None:
    written(here / "labels.csv", EVENTS)
    spec, february = spec_over("labels.csv"), Window(start=datetime(2018, 2, 1), end=datetime(2018, 3, 1))
    first, second = (take_snapshot(spec, store, window=window) for window in (JANUARY, february))
    assert (first.reused, second.reused) == (False, True)
    assert second.fingerprint == first.fingerprint
    assert (first.window, second.window) == (in_order(JANUARY), in_order(february))


def test_the_same_bytes_are_not_read_twice_and_nothing_is_written(here: Path, store: Store, tmp_path: Path) -> None:
    written(here / "x.csv", "y,a\n1,2\n")
    first = snapshot_of(store, "x.csv")
    before = _files(store, tmp_path)
    os.utime(here / "x.csv")
    again = snapshot_of(store, "x.csv")
    assert (first.reused, again.reused) == (False, True)
    assert first.cause == "nothing was read before"
    assert again.cause == "the bytes of the source, the code and the parameters were seen before"
    assert again.model_copy(update={"reused": False, "cause": first.cause}) == first
    assert _files(store, tmp_path) == before


def test_other_bytes_with_the_same_content_are_read_and_not_stored_again(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a\n1,2\n3,4\n")
    first = snapshot_of(store, "x.csv")
    written(here / "x.csv", "a,y\n4,3\n2,1\n")
    second = snapshot_of(store, "x.csv")
    assert second.fingerprint == first.fingerprint
    assert second.reused
    assert second.cause.startswith("data.x.csv changed from ")
    assert second.cause.endswith("; the same content was stored already")
    assert len(store.keys("snapshots/")) == 2


def test_what_changed_is_the_cause(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a\n1,2\n")
    snapshot_of(store, "x.csv")
    typed = snapshot_of(store, "x.csv", types={"a": "number"})
    assert not typed.reused
    assert typed.cause == "parameters.types.a is new: number"
    forced = take_snapshot(spec_over("x.csv"), store, force=True)
    assert forced.cause == "reading again was asked for; the same content was stored already"


def test_a_snapshot_that_was_deleted_is_taken_again(here: Path, store: Store, tmp_path: Path) -> None:
    written(here / "x.csv", "y,a\n1,2\n")
    first = snapshot_of(store, "x.csv")
    for key in store.keys("snapshots/"):
        (tmp_path / "store" / key).unlink()
    again = snapshot_of(store, "x.csv")
    assert (again.fingerprint, again.reused) == (first.fingerprint, False)
    assert read_frame(again, store).shape == (1, 2)


def test_another_source_may_be_given_and_may_lack_what_is_known_later(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a,later\n1,2,3\n")
    written(here / "new.csv", "a\n2\n")
    spec = spec_over("x.csv", forbidden={"later": "known afterwards"})
    assert take_snapshot(spec, store).rows == 1
    new = spec_over("new.csv").data.source
    with pytest.raises(DataError, match=r"new.csv lacks columns that the spec names:\n  data.target: 'y'"):
        take_snapshot(spec, store, source=new)
    assert [column.name for column in take_snapshot(spec, store, source=new, to_score=True).columns] == ["a"]


def test_a_misspelled_forbidden_column_does_not_let_the_right_one_in(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a,casual\n1,2,3\n")
    with pytest.raises(DataError, match=r"data.forbidden: 'casul' \(did you mean 'casual'\?\)"):
        snapshot_of(store, "x.csv", forbidden={"casul": "part of the target"})


def test_columns_without_a_value_have_no_type_of_their_own(here: Path, store: Store) -> None:
    written(here / "x.csv", "t,y,note\n2018-01-01,1,\n2018-02-01,2,hello\n")
    spec = spec_over("x.csv", time="t")
    january = take_snapshot(spec, store, window=JANUARY)
    assert {column.name: (column.type, column.nulls) for column in january.columns}["note"] == ("DOUBLE", 1)
    assert {column.name: column.type for column in take_snapshot(spec, store).columns}["note"] == "VARCHAR"


def test_whole_numbers_that_a_frame_could_not_hold_are_refused(here: Path, store: Store) -> None:
    written(here / "x.csv", f"y,id\n1,{2**53 + 1}\n2,\n")
    with pytest.raises(DataError, match=r"column 'id' holds whole numbers beyond 2\^53 .*types: \{id: text\}"):
        snapshot_of(store, "x.csv")
    assert snapshot_of(store, "x.csv", types={"id": "text"}).rows == 2


def test_infinity_stays_for_the_checks_to_find(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a\n1,inf\n2,-inf\n3,0.5\n")
    frame = read_frame(snapshot_of(store, "x.csv"), store).sort_values("y")
    assert frame["a"].tolist() == [float("inf"), float("-inf"), 0.5]


def test_rows_that_agree_in_everything_share_a_hash_and_are_both_kept(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a\n1,2\n1,2\n3,4\n")
    frame = read_frame(snapshot_of(store, "x.csv"), store)
    assert len(frame) == 3
    assert frame.index.nunique() == 2


def test_times_are_given_in_utc(here: Path, store: Store) -> None:
    written(here / "x.csv", "t,y\n2018-01-01T01:00:00+02:00,1\n")
    dataset = snapshot_of(store, "x.csv", time="t")
    assert dataset.time == "t"
    assert dataset.time_range == (datetime(2017, 12, 31, 23, tzinfo=UTC),) * 2


def test_the_working_folder_is_left_empty(here: Path, store: Store, tmp_path: Path, monkeypatch) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(aside))
    written(here / "x.csv", "y,a\n1,2\n")
    written(here / "broken.csv", "y,a\n1,2,3\n")
    snapshot_of(store, "x.csv")
    with pytest.raises(DataError):
        snapshot_of(store, "broken.csv")
    assert list(aside.iterdir()) == []
