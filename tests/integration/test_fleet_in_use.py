"""A fleet in use: whoever asks a champion asks a fleet as well, and hears who answered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from mlflow.pyfunc import load_model as load_pyfunc

from include.commands.trace import lines
from include.data.frames import read_frame
from include.domain.errors import SkewError
from include.domain.monitored import MonitoredWindow
from include.domain.retraining import decide_retraining, findings_of
from include.domain.spec import RetrainingSpec
from include.serving.reading import read_predictions
from include.serving.service.loading import load_version
from include.serving.tracing import trace_row
from include.serving.window_scoring import score_window
from include.storage.folder import FolderStore
from include.storage.store import key_of
from include.training.fleet_model import FleetModel
from include.training.models import load_model, predict
from include.training.run_files import SEGMENTS_FILE
from include.training.tracking import read_file
from include.watching.segments_told import table_key
from include.watching.watch import monitor_window
from tests.integration.scored import Trained, month
from tests.integration.served_fleet import RARE, a_plan_spec, serving_fleet, subscribers, trained_fleet

pytestmark = pytest.mark.integration

MAY = datetime(2026, 5, 1, tzinfo=UTC)
PLANS = ["001", "007", "x"]


@pytest.fixture(scope="module")
def fleet(empty_mlflow_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trained]:
    """Yield a fleet of January; in February it serves, and in March those of plan x do the opposite."""
    folder = tmp_path_factory.mktemp("fleet")
    march = subscribers(3)
    march["left"] = march["left"].where(march["plan"] != "x", 1 - march["left"])
    source = folder / "customers.csv"
    pd.concat([subscribers(1), subscribers(2), march]).to_csv(source, index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{shutil.copy(empty_mlflow_database, folder / 'mlflow.db')}")
        experiment = mlflow.create_experiment("sluice", artifact_location=(folder / "artifacts").as_uri())
        patch.setenv("MLFLOW_EXPERIMENT_ID", experiment)
        yield serving_fleet(a_plan_spec(source), FolderStore(folder / "store"), month(1))


def watched(fleet: Trained, number: int, folder: Path) -> MonitoredWindow:
    score_window(fleet.spec, fleet.store, month(number), folder=folder)
    return monitor_window(fleet.spec, fleet.store, month(number), as_of=MAY, folder=folder)


def seen(window: MonitoredWindow, name: str) -> float | None:
    found = window.evidence.find(name)
    assert found is not None, name
    return found.value


def test_a_window_of_mixed_rows_is_scored_by_their_own_members_and_the_log_says_by_whom(
    fleet: Trained, tmp_path: Path
) -> None:
    made = score_window(fleet.spec, fleet.store, month(2), folder=tmp_path).predictions
    model = load_model(f"models:/{fleet.spec.name}/1")
    assert isinstance(model, FleetModel)
    assert sorted(model.members) == PLANS
    assert made.clean is not None
    assert made.evidence is not None
    frame = read_frame(made.clean, fleet.store).set_index("customer", drop=False)
    logged = read_predictions(fleet.store, fleet.spec.name, month(2)).to_pandas().set_index("row_id")
    said = predict(fleet.spec, model, frame)
    assert said.probabilities is not None
    np.testing.assert_array_equal(logged.probability[frame.index], said.probabilities[:, 1])
    rare = logged.index.isin(frame.index[frame["plan"] == RARE])
    assert set(logged.served_by[rare]) == {"pooled"}
    assert set(logged.served_by[~rare]) == {"member"}
    pooled, golden = made.evidence.find("pooled_rows"), made.evidence.find("golden_rows")
    assert pooled is not None
    assert golden is not None
    assert (pooled.value, pooled.n) == (30, 1_500)
    assert "to the last bit" in golden.detail


def test_mlflow_itself_loads_the_registered_fleet_and_hears_the_same(fleet: Trained, tmp_path: Path) -> None:
    made = score_window(fleet.spec, fleet.store, month(2), folder=tmp_path).predictions
    assert made.clean is not None
    frame = read_frame(made.clean, fleet.store)
    theirs = load_pyfunc(f"models:/{fleet.spec.name}/1")
    names = theirs.metadata.signature.inputs.input_names()
    ours = predict(fleet.spec, load_model(f"models:/{fleet.spec.name}/1"), frame)
    # MLflow takes no truth values where a model reads numbers.
    asked = frame[names].astype({"often": "float64"})
    assert np.array_equal(np.asarray(theirs.predict(asked)), ours.values)


def test_a_fleet_that_answers_otherwise_than_at_training_scores_nothing(
    fleet: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FleetModel, "served_by", lambda self, rows: np.full(len(rows), "pooled", dtype=object))
    monkeypatch.setattr(FleetModel, "_probabilities", lambda self, rows: self.pooled.predict_proba(rows))
    again = fleet.spec.model_copy(update={"scoring": fleet.spec.scoring.model_copy(update={"chunk_rows": 500})})
    with pytest.raises(SkewError, match="version 1 is not what it was at training"):
        score_window(again, fleet.store, month(2), folder=tmp_path)


def test_the_service_loads_a_fleet_with_its_contract_and_answers_as_the_batch_does(
    fleet: Trained, tmp_path: Path
) -> None:
    score_window(fleet.spec, fleet.store, month(2), folder=tmp_path)
    logged = read_predictions(fleet.store, fleet.spec.name, month(2)).to_pandas().set_index("row_id")
    loaded = load_version(fleet.champion)
    asked = subscribers(2).head(120).drop(columns="left")
    rows = [{**row, "at": row["at"].isoformat()} for row in asked.to_dict("records")]
    said = loaded.answer(loaded.contract.read(rows)).predictions
    assert said.probabilities is not None
    assert said.served_by is not None
    np.testing.assert_allclose(said.probabilities[:, 1], logged.probability[asked["customer"]], rtol=1e-12)
    assert said.served_by.tolist() == logged.served_by[asked["customer"]].tolist()


def test_a_prediction_of_the_pooled_model_is_traced_as_such(fleet: Trained, tmp_path: Path) -> None:
    score_window(fleet.spec, fleet.store, month(2), folder=tmp_path)
    (traced,) = trace_row(fleet.store, fleet.spec.name, "2-0")
    assert traced.row["served_by"] == "pooled"
    assert ("answered by", "the pooled model of all segments", "") in list(lines(traced))
    assert traced.predictions.version == fleet.champion


def test_a_fleet_that_keeps_its_quality_is_watched_segment_by_segment_and_passes(
    fleet: Trained, tmp_path: Path
) -> None:
    window = watched(fleet, 2, tmp_path)
    assert {verdict.gate: verdict.outcome for verdict in window.verdicts} == {
        "data_quality": "inconclusive",
        "input_drift": "passed",
        "prediction_drift": "passed",
        "realised_quality": "passed",
        "estimated_quality": "passed",
    }
    assert (seen(window, "segments_watched"), seen(window, "segments_worse")) == (3, 0)
    assert window.worse_segments == ()


def test_a_segment_that_got_worse_is_named_reported_and_asked_to_be_trained_alone(
    fleet: Trained, tmp_path: Path
) -> None:
    window = watched(fleet, 3, tmp_path)
    assert window.outcome("realised_quality") == "blocked"
    assert seen(window, "segments_worse") == 1
    assert window.worse_segments == ("x",)
    (page,) = [report for report in window.reports if report.kind == "segments"]
    assert b"<td>x</td><td>worse</td>" in fleet.store.read(key_of(fleet.store, page.uri))
    table = pq.read_table(fleet.store.local_copy(table_key(fleet.spec.name, month(3)))).to_pylist()
    assert [row["segment"] for row in table if row["verdict"] == "worse"] == ["x"]
    policy = RetrainingSpec(on=("realised_quality",), k=1, of=1)
    request = decide_retraining(policy, fleet.spec.name, [findings_of(window)], champion=1).request
    assert request is not None
    assert request.segments == ("x",)


def test_a_segment_that_was_asked_for_is_trained_alone_and_the_others_stay_as_they_are(fleet: Trained) -> None:
    run = trained_fleet(fleet.spec, fleet.store, month(3), asked=("x",))
    table = pd.read_csv(read_file(run, SEGMENTS_FILE), dtype={"segment": str}).set_index("segment")
    assert table["outcome"].to_dict() == {"001": "not_asked", "007": "not_asked", "x": "passed", RARE: "not_asked"}
    before, after = (load_model(uri) for uri in (f"models:/{fleet.spec.name}/1", f"runs:/{run.run_id}/model"))
    same = {name: before.members[name].digest == after.members[name].digest for name in PLANS}
    assert same == {"001": True, "007": True, "x": False}
