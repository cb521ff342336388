from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.spec import ModelSpec
from include.drafting.trial import try_out

TREES = {"max_iter": 20, "early_stopping": False}


def spec(task: str, **data: Any) -> ModelSpec:
    kind = "Regressor" if task == "regression" else "Classifier"
    return ModelSpec.model_validate(
        {
            "name": "trial",
            "owner": "me",
            "task": task,
            "data": {"source": "a.csv", "target": "y", "features": ["x", "kind"], **data},
            "training": {
                "estimator": f"sklearn.ensemble.HistGradientBoosting{kind}",
                "preprocessing": {"numeric": "as_is", "categorical": "ordinal"},
            },
        }
    )


def frame(rows: int = 600, noise: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    x, kind = rng.normal(size=rows), rng.choice(["a", "b"], rows)
    y = 10 + 3 * x + 2 * (kind == "a") + noise * rng.standard_t(2, rows)
    index = pd.Index(np.arange(rows, dtype=np.uint64), name="row_hash")
    return pd.DataFrame({"x": x, "kind": kind, "y": y}, index=index)


def test_the_loss_with_the_smallest_error_is_kept() -> None:
    trial = try_out(
        spec("regression"), frame(), [{"loss": loss, **TREES} for loss in ("squared_error", "absolute_error")]
    )
    assert trial is not None
    assert trial.decided == min(trial.tried.values())
    assert trial.tried[trial.parameters["loss"]] == trial.decided
    assert trial.decided < trial.baseline
    assert (trial.fitted_rows, trial.judged_rows) == (480, 120)


@pytest.mark.parametrize("words", [("no", "yes"), (0, 1), (False, True)])
def test_classes_of_every_kind_are_judged(words: tuple[object, object]) -> None:
    rows = frame()
    rows["y"] = np.where(rows["y"] > 12, words[1], words[0])
    trial = try_out(spec("binary", positive=words[1]), rows, [TREES])
    assert trial is not None
    assert list(trial.scores) == ["brier_score", "roc_auc", "average_precision"]
    assert 0.6 < trial.scores["roc_auc"] < 0.998
    assert trial.too_good is None


def test_more_than_two_classes_are_judged() -> None:
    rows = frame()
    rows["y"] = pd.cut(rows["y"], [-np.inf, 9, 12, np.inf], labels=["low", "mid", "high"]).astype(str)
    trial = try_out(spec("multiclass"), rows, [TREES])
    assert trial is not None
    assert trial.decided < trial.baseline


def test_later_rows_are_judged_where_there_is_a_time() -> None:
    rows = frame()
    rows["when"] = pd.date_range("2024-01-01", periods=600, freq="h", tz="UTC").as_unit("us")
    rows.loc[rows.index[480:], "y"] += 1000
    trial = try_out(spec("regression", time="when"), rows.sample(frac=1, random_state=1), [TREES])
    assert trial is not None
    assert trial.decided > 900


def test_an_answer_that_is_too_good_is_noticed() -> None:
    rows = frame(noise=0.0)
    rows["y"] = (rows["x"] > 0).astype(int)
    trial = try_out(spec("binary", positive=1), rows, [TREES])
    assert trial is not None
    assert trial.too_good == "roc_auc"


def test_too_few_rows_are_not_judged() -> None:
    assert try_out(spec("regression"), frame(rows=60), [TREES]) is None


def test_rows_without_a_target_are_passed_over() -> None:
    rows = frame()
    rows.loc[rows.index[:100], "y"] = np.nan
    trial = try_out(spec("regression"), rows, [TREES])
    assert trial is not None
    assert trial.fitted_rows + trial.judged_rows == 500
