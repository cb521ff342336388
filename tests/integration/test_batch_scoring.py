from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest

from include.commands.trace import lines
from include.data.frames import read_frame
from include.domain.errors import DataError, RegistryError, SkewError
from include.domain.spec import ModelSpec
from include.serving import golden_rows
from include.serving.prediction_log import PredictionLog
from include.serving.reading import read_predictions
from include.serving.tracing import trace_row
from include.serving.window_scoring import score_window
from include.storage.folder import FolderStore
from include.training.models import load_model, predict
from include.training.tracking import trained_dataset
from tests.integration.scored import Trained, a_customer_spec, customers, month, write

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]


@pytest.fixture
def trained(tmp_path: Path) -> Trained:
    source = write(tmp_path / "customers.csv", 1, 2)
    return Trained.on(a_customer_spec(source), FolderStore(tmp_path / "store"), month(1))


def scoring(spec: ModelSpec, **terms: Any) -> ModelSpec:
    return spec.model_copy(update={"scoring": spec.scoring.model_copy(update=terms)})


def test_a_window_is_scored_once_and_every_row_exactly_as_the_model_answers(trained: Trained, tmp_path: Path) -> None:
    spec, store = scoring(trained.spec, chunk_rows=70), trained.store
    first = score_window(spec, store, month(2), folder=tmp_path, run="ada")
    again = score_window(spec, store, month(2), folder=tmp_path, run="bob")
    assert (first.reused, again.reused) == (False, True)
    assert again.predictions == first.predictions
    made = first.predictions
    assert (made.rows, len(made.parts), made.version, made.run) == (300, 5, trained.champion, "ada")
    logged = read_predictions(store, spec.name, month(2)).to_pandas().set_index("row_id")
    assert sorted(logged.index) == sorted(customers(2).customer)
    assert made.clean is not None
    frame = read_frame(made.clean, store)
    model = load_model(f"models:/{spec.name}/1", trusted_types=())
    said = predict(spec, model, frame)
    assert said.probabilities is not None
    expected = pd.Series(said.probabilities[:, 1], index=frame["customer"])
    np.testing.assert_allclose(logged.probability, expected.loc[logged.index], rtol=1e-13)
    assert set(logged.prediction) == {"0", "1"}
    assert made.snapshot is not None
    assert set(logged.snapshot) == {made.snapshot.fingerprint}


def test_rows_without_the_target_are_scored_and_failing_ones_set_aside(trained: Trained, tmp_path: Path) -> None:
    rows = customers(2, labelled=False)
    rows.loc[[3, 5], "calls"] = -1.0
    source = tmp_path / "february.csv"
    rows.to_csv(source, index=False)
    asked = [
        {"type": "expect_column_values_to_be_between", "kwargs": {"column": "calls", "min_value": 0}},
        {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "left", "value_set": [0, 1]}},
    ]
    # calls are normal around 10: some of them are below 0 by themselves
    below = int((rows["calls"] < 0).sum())
    spec = a_customer_spec(
        trained.spec.data.source.paths[0],  # type: ignore[union-attr]
        quality={"raw": {"expectations": asked}},
        scoring={"source": str(source)},
    )
    made = score_window(spec, trained.store, month(2), folder=tmp_path).predictions
    assert made.rows == 300 - below
    assert [dataset.rows for dataset in made.quarantined] == [below]
    assert made.evidence is not None
    found = {seen.name: seen for seen in made.evidence.observations}
    assert found["quarantined_rows"].value == below
    assert "column_values_to_be_between.calls" in found["quarantined_rows"].detail
    assert "2-3" in found["quarantined_rows"].detail
    ids = read_predictions(trained.store, spec.name, month(2)).column("row_id").to_pylist()
    assert {"2-3", "2-5"}.isdisjoint(ids)


def test_a_row_with_an_infinity_is_set_aside_and_the_others_are_scored(trained: Trained, tmp_path: Path) -> None:
    rows = customers(2, labelled=False)
    rows.loc[[3, 5], "calls"] = [np.inf, -np.inf]
    source = tmp_path / "february.csv"
    rows.to_csv(source, index=False)
    spec = a_customer_spec(trained.spec.data.source.paths[0], scoring={"source": str(source)})  # type: ignore[union-attr]
    made = score_window(spec, trained.store, month(2), folder=tmp_path).predictions
    assert (made.rows, [dataset.rows for dataset in made.quarantined]) == (298, [2])
    assert made.evidence is not None
    told = made.evidence.find("quarantined_rows")
    assert told is not None
    assert all(part in told.detail for part in ("implied.finite.calls", "2-3", "2-5"))


def test_a_window_without_rows_is_a_set_without_predictions_that_says_so(trained: Trained, tmp_path: Path) -> None:
    made = score_window(trained.spec, trained.store, month(7), folder=tmp_path).predictions
    assert (made.rows, made.parts) == (0, ())
    assert made.evidence is not None
    told = made.evidence.find("rows_read")
    assert told is not None
    assert told.value == 0
    assert "no row in the window [2026-07-01" in told.detail


def test_of_rows_with_one_id_the_latest_is_scored(trained: Trained, tmp_path: Path) -> None:
    twice = pd.concat([customers(2), customers(2).tail(10).assign(calls=0.0, at=pd.Timestamp(2026, 2, 28))])
    source = tmp_path / "twice.csv"
    twice.to_csv(source, index=False)
    spec = trained.spec.model_copy(update={"data": trained.spec.data.model_copy(update={"source": _files(source)})})
    made = score_window(scoring(spec, chunk_rows=32), trained.store, month(2), folder=tmp_path).predictions
    assert made.evidence is not None
    repeated = made.evidence.find("repeated_ids")
    assert repeated is not None
    assert (made.rows, repeated.value) == (300, 10)
    logged = read_predictions(trained.store, spec.name, month(2)).to_pandas().set_index("row_id")
    assert (logged.loc[[f"2-{i}" for i in range(290, 300)], "event_time"].dt.day == 28).all()


def test_text_that_looks_like_numbers_in_one_window_is_still_text(trained: Trained, tmp_path: Path) -> None:
    source = tmp_path / "digits.csv"
    customers(2).assign(plan="007").to_csv(source, index=False)
    spec = a_customer_spec(source)
    made = score_window(spec, trained.store, month(2), folder=tmp_path).predictions
    assert made.clean is not None
    assert set(read_frame(made.clean, trained.store)["plan"]) == {"007"}


def test_a_window_of_the_past_is_scored_by_who_was_champion_then_or_is_now(trained: Trained, tmp_path: Path) -> None:
    # The first champion came today; seen from the year 2100 that is the past.
    later = Trained.on(trained.spec, trained.store, month(2), clock=lambda: datetime(2100, 1, 1, tzinfo=UTC))
    past = month(2)
    with pytest.raises(RegistryError, match=r"had no champion at 2026-03-01 00:00 UTC: its first one came at"):
        score_window(trained.spec, trained.store, past, folder=tmp_path, how="of_that_time")
    now = score_window(trained.spec, trained.store, past, folder=tmp_path)
    assert now.predictions.version == later.champion
    until = past.model_copy(update={"end": datetime(2099, 1, 1, tzinfo=UTC)})
    then = score_window(trained.spec, trained.store, until, folder=tmp_path, how="of_that_time")
    assert (then.predictions.version, then.predictions.ledger) == (trained.champion, 1)
    assert "by ledger entry 1" in then.predictions.chosen
    first = score_window(trained.spec, trained.store, past, folder=tmp_path, by=trained.champion)
    assert not first.reused
    again = score_window(trained.spec, trained.store, past, folder=tmp_path)
    assert (again.reused, again.predictions.version) == (True, later.champion)
    newest = PredictionLog(trained.store, "churn").newest(past)
    assert newest is not None
    assert newest.version == later.champion


def test_a_champion_answers_its_golden_rows_as_at_training(trained: Trained, tmp_path: Path) -> None:
    made = score_window(trained.spec, trained.store, month(2), folder=tmp_path).predictions
    assert made.evidence is not None
    golden = made.evidence.find("golden_rows")
    assert golden is not None
    assert (golden.value or 0) >= 64
    assert "to the last bit" in golden.detail


def test_a_champion_that_answers_otherwise_scores_nothing(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cleaned_otherwise(spec: ModelSpec, frame: pd.DataFrame, *columns: Any, **terms: Any) -> pd.DataFrame:
        return golden_clean(spec, frame, *columns, **terms).assign(calls=lambda rows: rows["calls"] + 1e-6)

    golden_clean = golden_rows.clean_frame
    monkeypatch.setattr(golden_rows, "clean_frame", cleaned_otherwise)
    said = r"\d \(0\.\d+\)"
    expected = rf"version 1 is not what it was at training: about customer 1-\d+ it said {said}, and says {said} now"
    with pytest.raises(SkewError, match=expected):
        score_window(trained.spec, trained.store, month(2), folder=tmp_path)
    assert PredictionLog(trained.store, "churn").sets() == []


def test_who_has_no_champion_scores_nothing(tmp_path: Path) -> None:
    spec = a_customer_spec(write(tmp_path / "customers.csv", 1))
    with pytest.raises(RegistryError, match=r"churn has no champion: promote a version first \(sluice run churn\)"):
        score_window(spec, FolderStore(tmp_path / "store"), month(1), folder=tmp_path)


def test_a_prediction_is_traced_to_all_it_rests_on(trained: Trained, tmp_path: Path) -> None:
    made = score_window(trained.spec, trained.store, month(2), folder=tmp_path, run="ada").predictions
    (traced,) = trace_row(trained.store, "churn", "2-17")
    assert traced.predictions == made
    assert traced.part == made.parts[0].key
    assert traced.row["row_id"] == "2-17"
    assert traced.trained_clean == trained_dataset(trained.champion.run_id)
    assert traced.verdict is not None
    assert traced.verdict.passed
    assert traced.entry is not None
    assert traced.entry.to_version == 1
    told = {what: said for what, said, _ in lines(traced)}
    assert told["version"] == "1, the champion by its alias"
    assert told["ledger"].startswith("promote by ada at ")
    assert traced.trained_commit is None or told["commit that trained"] == traced.trained_commit


def test_a_row_that_was_never_scored_is_answered_by_what_was(trained: Trained, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"churn has no predictions yet: score a window first"):
        trace_row(trained.store, "churn", "zoe")
    score_window(trained.spec, trained.store, month(2), folder=tmp_path)
    expected = (
        r"no row 'zoe' was scored. Ids look like 2-0, 2-1, 2-10; scored were the windows \[2026-02-01 00:00, 2026-03"
    )
    with pytest.raises(DataError, match=expected):
        trace_row(trained.store, "churn", "zoe")


def test_golden_rows_are_kept_once(trained: Trained) -> None:
    run = mlflow.MlflowClient().get_run(trained.champion.run_id)
    files = mlflow.MlflowClient().list_artifacts(run.info.run_id, "golden")
    assert {Path(file.path).name for file in files} == {"rows.parquet", "answers.parquet"}


def _files(path: Path) -> Any:
    return a_customer_spec(path).data.source
