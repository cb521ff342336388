from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from include.domain.spec import ModelSpec
from include.spec_files.expectations import expectation_mistakes
from include.spec_files.observations import observation_mistakes
from include.spec_files.yaml_document import parse_document
from plugins.schedules import training_schedule
from tests.docs.pages import fences, pages

SMALLEST: dict[str, Any] = {
    "name": "churn",
    "owner": "growth",
    "task": "binary",
    "data": {"source": "data/churn.csv", "target": "left"},
    "training": {"estimator": "sklearn.linear_model.LogisticRegression"},
}


def examples() -> Iterator[Any]:
    for page in pages():
        for i, text in enumerate(fences(page, "yaml")):
            yield pytest.param(text, id=f"{page.stem}-{i}")


@pytest.mark.parametrize("text", examples())
def test_every_example_of_a_spec_is_a_valid_one(text: str) -> None:
    example = parse_document(text, "example")
    document = {**SMALLEST, **example}
    if "build" in document["training"]:
        document["training"].pop("estimator", None)
    elif "estimator" not in document["training"]:
        document["training"] = {**SMALLEST["training"], **document["training"]}
    spec = ModelSpec.model_validate(document)
    assert expectation_mistakes(spec) == []
    assert observation_mistakes(spec) == []
    training_schedule(spec.schedule)
