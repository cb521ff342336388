from __future__ import annotations

import pytest

from include.domain.fingerprint import Fingerprint
from include.storage.steps import StepRecords
from tests.fakes import MemoryStore

OLD = Fingerprint(parts={"data": "a", "code": "c", "parameters": {"depth": 3}})
NEW = Fingerprint(parts={"data": "a", "code": "c", "parameters": {"depth": 4}})


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def records(store: MemoryStore) -> StepRecords:
    return StepRecords(store)


def test_an_unchanged_step_is_recalled(records: StepRecords) -> None:
    records.remember("adult", "train_model", OLD, {"run_id": "r1", "rows": [1, 2]})
    same = Fingerprint(parts={"parameters": {"depth": 3}, "code": "c", "data": "a"})
    assert records.recall("adult", "train_model", same) == {"run_id": "r1", "rows": [1, 2]}


def test_a_changed_step_is_not_recalled_and_the_cause_can_be_told(records: StepRecords) -> None:
    records.remember("adult", "train_model", OLD, {})
    assert records.recall("adult", "train_model", NEW) is None
    latest = records.latest("adult", "train_model")
    assert latest is not None
    assert NEW.causes(since=latest) == ["parameters.depth changed from 3 to 4"]


def test_models_and_steps_do_not_share_results(records: StepRecords) -> None:
    records.remember("adult", "train_model", OLD, {"run_id": "r1"})
    assert records.recall("bikes", "train_model", OLD) is None
    assert records.recall("adult", "check_data", OLD) is None
    assert records.latest("adult", "check_data") is None


def test_both_results_are_kept_and_the_latest_is_the_one_remembered_last(records: StepRecords) -> None:
    records.remember("adult", "train_model", OLD, {"n": 1})
    records.remember("adult", "train_model", NEW, {"n": 2})
    records.remember("adult", "train_model", OLD, {"n": 1})
    assert records.recall("adult", "train_model", NEW) == {"n": 2}
    assert records.latest("adult", "train_model") == OLD


def test_a_record_that_was_changed_proves_nothing(records: StepRecords, store: MemoryStore) -> None:
    records.remember("adult", "train_model", OLD, {"n": 1})
    key = f"steps/adult/train_model/{OLD.value}.json"
    for content in (b"", b"{}", b"[]", b"\xff", store.read(key).replace(b'"depth":3', b'"depth":4')):
        store.put(key, content)
        assert records.recall("adult", "train_model", OLD) is None


def test_a_name_that_leads_out_of_the_store_is_refused(records: StepRecords) -> None:
    with pytest.raises(Exception, match="expected names"):
        records.remember("../adult", "train_model", OLD, {})
