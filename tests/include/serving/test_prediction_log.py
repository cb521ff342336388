from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from include.domain.errors import DataError
from include.domain.references import Window
from include.serving.prediction_log import PredictionLog, new_service_set_id
from include.storage.folder import FolderStore
from include.storage.store import Store
from tests.fakes import MemoryStore
from tests.include.serving.logged import FEBRUARY, JANUARY, MORNING, a_set, rows_of, scored


@pytest.fixture(params=["memory", "folder"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return MemoryStore() if request.param == "memory" else FolderStore(tmp_path_factory.mktemp("store"))


def test_a_set_is_seen_once_its_manifest_is_written(store: Store) -> None:
    log = PredictionLog(store, "churn")
    part = log.write_part("s1", 0, rows_of(["a"], JANUARY.start))
    assert log.sets() == []
    log.show(a_set("s1", parts=(part,), rows=1))
    assert [made.id for made in log.sets()] == ["s1"]


def test_the_set_shown_last_counts_and_the_one_before_is_kept(store: Store) -> None:
    log = PredictionLog(store, "churn")
    scored(store, "s1", ["a"])
    scored(store, "s2", ["a"])
    assert [made.id for made in log.sets()] == ["s2"]
    newest = log.newest(JANUARY)
    assert newest is not None
    assert newest.id == "s2"
    found = log.find("s1", JANUARY)
    assert found is not None
    assert store.exists(found.parts[0].key)


def test_a_set_that_was_followed_by_another_may_be_shown_again(store: Store) -> None:
    first = scored(store, "s1", ["a"])
    scored(store, "s2", ["a"])
    log = PredictionLog(store, "churn")
    log.show(first)
    assert [made.id for made in log.sets()] == ["s1"]


def test_showing_what_counts_already_changes_nothing(store: Store) -> None:
    first = scored(store, "s1", ["a"])
    keys = store.keys("predictions/")
    again = scored(store, "s1", ["a"], scored_at=MORNING + timedelta(hours=1))
    assert (again, store.keys("predictions/")) == (first, keys)


def test_each_window_and_each_role_has_a_set_of_its_own(store: Store) -> None:
    scored(store, "s1", ["a"])
    scored(store, "s2", ["b"], FEBRUARY)
    scored(store, "s3", ["a"], role="challenger")
    log = PredictionLog(store, "churn")
    assert sorted(made.id for made in log.sets()) == ["s1", "s2", "s3"]
    assert [made.id for made in log.sets(JANUARY, "champion")] == ["s1"]
    assert [made.id for made in log.sets(FEBRUARY)] == ["s2"]
    assert log.windows() == [JANUARY, FEBRUARY]


def test_a_part_is_never_overwritten(store: Store) -> None:
    log = PredictionLog(store, "churn")
    part = log.write_part("s1", 0, rows_of(["a"], JANUARY.start))
    before = store.read(part.key)
    assert log.write_part("s1", 0, rows_of(["b"], JANUARY.start)) == part
    assert store.read(part.key) == before
    assert log.has_part("s1", 0) == part
    assert log.has_part("s1", 1) is None


def test_a_part_of_another_length_belongs_to_other_rows(store: Store) -> None:
    log = PredictionLog(store, "churn")
    log.write_part("s1", 0, rows_of(["a"], JANUARY.start))
    with pytest.raises(DataError, match=r"part-00000.parquet holds another number of rows"):
        log.write_part("s1", 0, rows_of(["a", "b"], JANUARY.start))


def test_what_the_service_answers_is_added_and_follows_nothing(store: Store) -> None:
    log = PredictionLog(store, "churn")
    assert JANUARY.start is not None
    day = Window(start=JANUARY.start, end=JANUARY.start + timedelta(hours=1))
    for _ in range(3):
        made = a_set(new_service_set_id(MORNING), day, origin="service")
        log.append(made, [rows_of(["a"], JANUARY.start, origin="service")])
    assert len(log.sets(JANUARY)) == 3
    assert log.sets(FEBRUARY) == []


def test_answers_about_several_days_are_found_in_each(store: Store) -> None:
    assert JANUARY.end is not None
    log = PredictionLog(store, "churn")
    around = Window(start=JANUARY.end - timedelta(days=3), end=JANUARY.end + timedelta(days=3))
    log.append(a_set("served", around, origin="service"), [rows_of(["a"], JANUARY.end)])
    assert [len(log.sets(window)) for window in (JANUARY, FEBRUARY, Window())] == [1, 1, 1]


def test_of_many_who_show_a_set_at_once_each_gets_a_position(store: Store) -> None:
    log = PredictionLog(store, "churn")
    threads = [threading.Thread(target=log.show, args=(a_set(f"s{i}"),)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shown = [key for key in store.keys("predictions/") if key.endswith(".json")]
    assert [key[-13:] for key in shown] == [f"{i:08d}.json" for i in range(1, 9)]


def test_a_manifest_that_was_changed_is_named(store: Store) -> None:
    scored(store, "s1", ["a"])
    (key,) = [key for key in store.keys("predictions/") if key.endswith(".json")]
    store.put(key, b"{}")
    with pytest.raises(DataError, match=r"00000001.json is no set of predictions any more"):
        PredictionLog(store, "churn").sets()
