from __future__ import annotations

import json

import pytest

from include.domain.fingerprint import Fingerprint
from include.domain.references import Column
from include.training.description import dataset_input, describing_parameters, describing_tags
from include.training.estimators import build_pipeline
from include.training.features import FeatureColumns
from include.training.run_key import RunKey
from tests.include.training.examples import churn, customers, dataset

SPEC = churn(seed=11)
MADE = Fingerprint(parts={"environment": {"python": "3.11"}})
KEY = RunKey(dag_run="manual__1", task="train_model", url="http://airflow/dags/churn/runs/manual__1")


def test_tags_say_who_from_what_and_why() -> None:
    tags = describing_tags(SPEC, dataset(customers()), MADE, KEY, "first training of churn")
    assert tags["sluice.owner"] == tags["mlflow.user"] == "growth"
    assert tags["sluice.dataset"] == "ab" * 32
    assert tags["sluice.source"] == "churn.csv"
    assert tags["sluice.seed"] == "11"
    assert tags["sluice.airflow_url"] == KEY.url
    assert "[the DAG run manual__1](http://airflow/dags/churn/runs/manual__1)" in tags["mlflow.note.content"]
    assert "first training of churn" in tags["mlflow.note.content"]


def test_what_is_not_known_is_no_tag() -> None:
    tags = describing_tags(SPEC, dataset(customers()), MADE, KEY.model_copy(update={"url": None}), "")
    assert "sluice.airflow_url" not in tags
    assert "None" not in tags.values()


def test_parameters_are_those_in_effect() -> None:
    estimator = build_pipeline(SPEC, FeatureColumns(("age",)), {"C": 0.25})
    shown = describing_parameters(SPEC, estimator)
    assert shown["estimator"] == "sklearn.linear_model.LogisticRegression"
    assert (shown["C"], shown["seed"], shown["random_state"], shown["split.by"]) == ("0.25", "11", "11", "stratified")
    assert shown["preprocessing.categorical"] == "one_hot"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("BIGINT", "long"),
        ("UTINYINT", "long"),
        ("DOUBLE", "double"),
        ("DECIMAL(10,2)", "double"),
        ("VARCHAR", "string"),
        ("BOOLEAN", "boolean"),
        ("TIMESTAMP WITH TIME ZONE", "datetime"),
        ("DATE", "datetime"),
        ("STRUCT(a INTEGER)", "string"),
    ],
)
def test_the_dataset_is_shown_with_digest_rows_and_types(stored: str, shown: str) -> None:
    ref = dataset(customers()).model_copy(update={"columns": (Column(name="a", type=stored, nulls=0),)})
    found = dataset_input(SPEC, ref)
    assert (ref.fingerprint).startswith(found.dataset.digest)
    assert json.loads(found.dataset.profile or "") == {"num_rows": 200}
    assert json.loads(found.dataset.schema or "") == {
        "mlflow_colspec": [{"name": "a", "type": shown, "required": True}]
    }
    assert [(tag.key, tag.value) for tag in found.tags] == [("mlflow.data.context", "training")]
