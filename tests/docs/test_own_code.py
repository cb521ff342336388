from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import skops.io

from include.training.features import FeatureColumns, feature_frame
from include.training.trust import check_types
from tests.docs.pages import DOCS, fences

(EXAMPLE,) = fences(DOCS / "how-to" / "own-code.md", "python")


@pytest.fixture
def fitted(tmp_path: Any) -> Any:
    module: dict[str, Any] = {}
    exec(EXAMPLE, module)
    rng = np.random.default_rng(7)
    columns = FeatureColumns(("calls", "plan"), frozenset({"plan"}))
    frame = pd.DataFrame({"calls": rng.integers(0, 9, 200), "plan": rng.choice(["basic", "family"], 200)})
    estimator = module["smooth_logistic"]({"components": 20, "c": 0.5}, 7, columns)
    return estimator.fit(feature_frame(columns, frame), frame["calls"] > 4)


def test_the_function_of_the_page_makes_an_estimator_that_learns(fitted: Any) -> None:
    assert fitted[-1].C == 0.5
    assert fitted.predict(pd.DataFrame({"calls": [0.0, 8.0], "plan": ["basic", "none of them"]})).tolist() == [
        False,
        True,
    ]


def test_its_model_can_be_stored_and_trusted(fitted: Any, tmp_path: Any) -> None:
    file = tmp_path / "model.skops"
    skops.io.dump(fitted, file)
    strangers = skops.io.get_untrusted_types(file=file)
    check_types(strangers, (), subject="the example")
    assert skops.io.load(file, trusted=strangers).get_params().keys() == fitted.get_params().keys()
