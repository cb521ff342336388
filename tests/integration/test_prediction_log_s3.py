from __future__ import annotations

import pytest

from include.serving.prediction_log import PredictionLog
from include.serving.reading import read_predictions
from include.storage.store import open_store
from tests.include.serving.logged import FEBRUARY, JANUARY, scored

pytestmark = pytest.mark.integration


def test_a_bucket_keeps_predictions_as_a_folder_does(s3_bucket: str) -> None:
    store = open_store(f"s3://{s3_bucket}/house")
    first = scored(store, "s1", ["a", "b"], probability=0.1)
    scored(store, "s2", ["a"], probability=0.9)
    scored(store, "s3", ["c"], FEBRUARY)
    log = PredictionLog(store, "churn")
    assert read_predictions(store, "churn", JANUARY).column("probability").to_pylist() == [0.9]
    log.show(first)
    assert read_predictions(store, "churn").column("row_id").to_pylist() == ["a", "b", "c"]
    part = first.parts[0]
    content = store.read(part.key)
    assert scored(store, "s1", ["a", "b"], probability=0.5).parts == (part,)
    assert store.read(part.key) == content
