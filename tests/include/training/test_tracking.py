from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from include.training.tracking import metric_name


@given(st.text())
def test_every_observation_has_a_name_that_mlflow_takes(name: str) -> None:
    # The rule of mlflow.utils.validation, by hand: word characters, -, ., space, : and no way out of a folder.
    taken = metric_name(name)
    assert re.fullmatch(r"[\w.\- :]{1,250}", taken)
    assert ".." not in taken
    assert not taken.startswith((".", "/"))


def test_names_that_are_fine_stay() -> None:
    for name in ("roc_auc", "improvement_over_baseline.log_loss", "expectation.column values: age"):
        assert metric_name(name) == name
