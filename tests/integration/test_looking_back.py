"""A model that looks back: rows of a window are scored as if they had stood among all rows, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.domain.errors import DataError, SkewError
from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.domain.spec.data import FileSource
from include.serving import golden_rows
from include.serving.reading import read_predictions
from include.serving.service.loading import load_version
from include.serving.window_scoring import score_window
from include.storage.folder import FolderStore
from include.training.models import load_model, predict
from tests.integration.scored import Trained, month
from tests.specs import a_spec

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]

LAG = {"do": "lag", "column": "sold", "by": ["shop"], "periods": [1, 7], "every": "day"}


def sales(days: int = 120, shops: int = 4) -> pd.DataFrame:
    """Return what shops sold: a level of their own, a week that repeats itself, and chance."""
    rng = np.random.default_rng(5)
    day = np.tile(np.arange(days), shops)
    shop = np.repeat(np.arange(shops), days)
    sold = 20.0 * (1 + shop) + 10 * (day % 7 == 5) + rng.normal(0, 1, len(day)).round(3)
    at = pd.Timestamp(2026, 1, 1) + pd.to_timedelta(day, unit="D")
    return pd.DataFrame(
        {"id": [f"{s}-{d}" for s, d in zip(shop, day, strict=True)], "at": at, "shop": shop, "sold": sold}
    )


def a_sales_spec(source: Path, **parts: Any) -> ModelSpec:
    data = {"source": str(source), "target": "sold", "id": "id", "time": "at", "types": {"shop": "text"}}
    ridge = {"estimator": "sklearn.linear_model.Ridge"}
    return a_spec(name="sales", task="regression", data=data, cleaning=[LAG], training=ridge, **parts)


@pytest.fixture
def trained(tmp_path: Path) -> Trained:
    source = tmp_path / "sales.csv"
    sales().to_csv(source, index=False)
    training = Window(start=month(1).start, end=month(3).end)
    return Trained.on(a_sales_spec(source), FolderStore(tmp_path / "store"), training)


def test_a_window_is_scored_as_if_it_had_stood_among_all_rows(trained: Trained, tmp_path: Path) -> None:
    spec, store = trained.spec, trained.store
    window = Window(start=datetime(2026, 4, 1, tzinfo=UTC), end=datetime(2026, 4, 2, tzinfo=UTC))
    made = score_window(spec, store, window, folder=tmp_path).predictions
    assert made.rows == 4
    assert made.snapshot is not None
    assert made.snapshot.rows == 4
    whole = read_frame(clean_dataset(spec, take_snapshot(spec, store), store), store)
    day = whole[whole["at"] == window.start]
    assert day["sold_lag_7"].notna().all()
    expected = predict(spec, load_model("models:/sales/1"), day).values
    logged = read_predictions(store, "sales", window).to_pandas().set_index("row_id")
    np.testing.assert_allclose(logged.loc[day["id"], "prediction"], expected, rtol=1e-12)
    told = made.evidence.find("golden_rows") if made.evidence else None
    assert told is not None
    assert told.value == 64


def test_the_next_period_is_scored_before_its_target_is_known(trained: Trained, tmp_path: Path) -> None:
    known = sales()
    known.loc[known["at"] >= "2026-04-30", "sold"] = np.nan
    known.to_csv(tmp_path / "sales.csv", index=False)
    window = Window(start=datetime(2026, 4, 30, tzinfo=UTC), end=datetime(2026, 5, 1, tzinfo=UTC))
    score_window(trained.spec, trained.store, window, folder=tmp_path)
    logged = read_predictions(trained.store, "sales", window).to_pandas().set_index("row_id")["prediction"]
    truth = sales().set_index("id")["sold"]
    assert (logged - truth.loc[logged.index]).abs().max() < 10


def test_a_window_before_which_the_source_holds_nothing_is_not_scored(trained: Trained, tmp_path: Path) -> None:
    later = tmp_path / "later.csv"
    sales()[sales()["at"] >= "2026-04-01"].to_csv(later, index=False)
    with pytest.raises(DataError, match=r"sold_lag_1, sold_lag_7 would be missing in every row.*with their sold"):
        score_window(trained.spec, trained.store, month(4), folder=tmp_path, source=FileSource(paths=(str(later),)))


def test_a_source_that_holds_the_window_alone_is_refused(trained: Trained, tmp_path: Path) -> None:
    monthly = FileSource(paths=(str(tmp_path / "sales_{window_start:%Y-%m}.csv"),))
    sales().to_csv(tmp_path / "sales_2026-04.csv", index=False)
    with pytest.raises(DataError, match="leads to the window only: write a glob"):
        score_window(trained.spec, trained.store, month(4), folder=tmp_path, source=monthly)


def test_a_row_that_training_would_have_set_aside_is_not_looked_back_at(trained: Trained, tmp_path: Path) -> None:
    asked = {"type": "expect_column_values_to_be_between", "kwargs": {"column": "sold", "max_value": 500}}
    spec = a_sales_spec(tmp_path / "sales.csv", quality={"raw": {"expectations": [{**asked, "quarantine": True}]}})
    broken = sales()
    broken.loc[(broken["at"] == "2026-03-31") & (broken["shop"] == 1), "sold"] = 1e9
    broken.to_csv(tmp_path / "sales.csv", index=False)
    window = Window(start=datetime(2026, 4, 1, tzinfo=UTC), end=datetime(2026, 4, 2, tzinfo=UTC))
    made = score_window(spec, trained.store, window, folder=tmp_path).predictions
    assert made.clean is not None
    clean = read_frame(made.clean, trained.store)
    assert clean.set_index("shop")["sold_lag_1"].isna().to_dict() == {"0": False, "1": True, "2": False, "3": False}


def test_golden_rows_bring_what_they_look_back_at(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean = golden_rows.clean_frame

    def forgetful(*given: Any, **terms: Any) -> pd.DataFrame:
        return clean(*given, **{**terms, "history": terms["history"].iloc[:0]})

    monkeypatch.setattr(golden_rows, "clean_frame", forgetful)
    with pytest.raises(SkewError, match="is not what it was at training"):
        score_window(trained.spec, trained.store, month(4), folder=tmp_path)


def test_the_service_refuses_what_no_request_holds(trained: Trained) -> None:
    with pytest.raises(DataError, match=r"looks back at earlier rows \(cleaning: lag\).*sluice score sales"):
        load_version(trained.champion)
