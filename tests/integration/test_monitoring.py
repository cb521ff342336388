"""Windows of a champion in use: labels that come late, twice or never, and rows that do not come at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from include.domain.errors import SluiceError
from include.domain.monitored import CONCERNS, MonitoredWindow
from include.domain.references import RunRef, Window
from include.domain.spec import ModelSpec, RetrainingSpec
from include.judging.candidates import evaluate_run
from include.monitoring.shelf import looks_at, monitored_windows, read_series
from include.serving.window_scoring import score_window
from include.storage.folder import FolderStore
from include.storage.store import key_of
from include.training.tracking import trained_dataset
from include.watching.rounds import monitor_round
from include.watching.succession import watch_round
from include.watching.watch import monitor_window
from tests.integration.scored import Trained, a_customer_spec, customers, month

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]

A_YEAR = pd.DateOffset(years=1)
MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def trained(tmp_path: Path) -> Trained:
    """Return a champion of January, whose evaluation is with its run; the labels come in a file of their own."""
    source, labels = tmp_path / "customers.csv", tmp_path / "labels.csv"
    pd.concat([customers(1, 1_500), customers(2), customers(3)]).to_csv(source, index=False)
    pd.DataFrame({"customer": ["stranger"], "gone": [1]}).to_csv(labels, index=False)
    spec = a_customer_spec(source, data={"labels": {"source": str(labels), "target": "gone"}})
    made = Trained.on(spec, FolderStore(tmp_path / "store"), month(1))
    run = RunRef(run_id=made.champion.run_id, experiment_id="", fingerprint="")
    evaluate_run(spec, trained_dataset(run.run_id), run, made.store)
    score_window(spec, made.store, month(2), folder=tmp_path)
    return made


def label(trained: Trained, frame: pd.DataFrame) -> None:
    path = str(trained.spec.data.labels.source.paths[0])  # type: ignore[union-attr]
    frame.rename(columns={"left": "gone"})[["customer", "gone"]].to_csv(path, index=False)


def a_spec_again(spec: ModelSpec, **parts: Any) -> ModelSpec:
    return ModelSpec.model_validate({**spec.model_dump(mode="json"), **parts})


def why(seen: MonitoredWindow, concern: str) -> str:
    return next(verdict for verdict in seen.verdicts if verdict.gate == concern).as_text()


def test_a_window_is_estimated_until_its_labels_come_and_then_judged_and_reconciled(
    trained: Trained, tmp_path: Path
) -> None:
    spec, store = trained.spec, trained.store
    (before,) = monitor_round(spec, store, [month(2)], as_of=month(2).end, folder=tmp_path)
    assert before.outcome("realised_quality") == "inconclusive"
    assert "no label is known yet" in why(before, "realised_quality")
    assert before.evidence.find("estimated.brier_score").interval is not None  # type: ignore[union-attr]
    assert before.outcome("estimated_quality") == "passed"
    given = customers(2)
    # One label comes twice, one is of somebody who was never scored.
    label(trained, pd.concat([given, given.head(1), given.head(1).assign(customer="stranger")]))
    score_window(spec, store, month(3), folder=tmp_path)
    seen = monitor_round(spec, store, [month(3)], as_of=MAY, folder=tmp_path)
    again = next(one for one in seen if one.window == month(2))
    assert again.evidence.find("labelled_share").value == 1.0  # type: ignore[union-attr]
    assert again.evidence.find("realised.brier_score").n == 300  # type: ignore[union-attr]
    assert again.evidence.find("unknown_ids").value == 1  # type: ignore[union-attr]
    assert again.outcome("realised_quality") == "passed"
    assert "its interval" in again.evidence.find("estimate_error.brier_score").detail  # type: ignore[union-attr]
    assert looks_at(store, spec.name, month(2)) == (before, again)
    assert [one.window for one in monitored_windows(store, spec.name)] == [month(2), month(3)]
    names = read_series(store, spec.name).select(["window_start", "name"]).to_pylist()
    assert len(names) == len({tuple(row.values()) for row in names})


def test_who_does_not_ask_about_estimates_pays_for_none(trained: Trained, tmp_path: Path) -> None:
    asked = [concern for concern in CONCERNS if concern != "estimated_quality"]
    spec = a_spec_again(trained.spec, monitoring={"concerns": asked})
    label(trained, customers(2))
    seen = monitor_window(spec, trained.store, month(2), as_of=MAY, folder=tmp_path)
    names = {observation.name.partition(".")[0] for observation in seen.evidence.observations}
    assert {"realised", "drifted_columns"} <= names
    assert names.isdisjoint({"estimated", "estimate_error", "estimates_off"})
    assert seen.outcome("estimated_quality") is None


def test_labels_of_one_class_judge_nobody(trained: Trained, tmp_path: Path) -> None:
    label(trained, customers(2).assign(left=0))
    seen = monitor_window(trained.spec, trained.store, month(2), as_of=MAY, folder=tmp_path)
    assert seen.outcome("realised_quality") == "inconclusive"
    assert "of one class alone no model can be judged" in why(seen, "realised_quality")


def test_a_corrected_label_counts_as_it_was_corrected(trained: Trained, tmp_path: Path) -> None:
    first = customers(2)
    values = []
    for labels in (first, first.assign(left=1 - first["left"])):
        label(trained, labels)
        seen = monitor_window(trained.spec, trained.store, month(2), as_of=MAY, folder=tmp_path)
        values.append(seen.evidence.find("realised.accuracy").value or 0.0)  # type: ignore[union-attr]
    assert values[0] + values[1] == pytest.approx(1.0)


def test_a_broken_label_is_named_as_broken_data_and_judges_nobody(trained: Trained, tmp_path: Path) -> None:
    known = {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "left", "value_set": [0, 1]}}
    spec = a_spec_again(trained.spec, quality={"clean": {"expectations": [known]}})
    given = customers(2)
    label(trained, given.assign(left=given["left"].where(given.index >= 10, 7)))
    seen = monitor_window(spec, trained.store, month(2), as_of=MAY, folder=tmp_path)
    assert seen.outcome("data_quality") == "blocked"
    assert "10 of 300 labels are broken" in why(seen, "data_quality")
    assert "7 (row 2-0)" in why(seen, "data_quality")
    assert seen.evidence.find("realised.brier_score").n == 290  # type: ignore[union-attr]


def test_a_window_leaves_small_reports_in_the_store_and_snapshots_in_the_workspace(
    trained: Trained, tmp_path: Path
) -> None:
    from evidently.ui.workspace import Workspace

    asked = {"as_of": MAY, "folder": tmp_path, "workspace": tmp_path / "evidently"}
    seen = monitor_window(trained.spec, trained.store, month(2), **asked)  # type: ignore[arg-type]
    pages = {report.kind: key_of(trained.store, report.uri) for report in seen.reports if "drift" in report.kind}
    assert list(pages) == ["input drift", "prediction drift"]
    assert all(0 < len(trained.store.read(key)) < 10_000_000 for key in pages.values())
    again = monitor_window(trained.spec, trained.store, month(2), **asked)  # type: ignore[arg-type]
    assert again.reports == seen.reports
    workspace = Workspace(str(tmp_path / "evidently"))
    runs = {project.name: len(workspace.list_runs(project.id)) for project in workspace.list_projects()}
    assert runs == {trained.spec.name: 1, f"{trained.spec.name} predictions": 1}


def test_a_window_is_compared_with_a_named_one_whose_rows_may_differ_from_those_of_training(
    trained: Trained, tmp_path: Path
) -> None:
    score_window(trained.spec, trained.store, month(3), folder=tmp_path)
    side = month(2).to_json()
    named = a_spec_again(trained.spec, monitoring={"reference": {"start": side["start"], "end": side["end"]}})
    seen = monitor_window(named, trained.store, month(3), as_of=MAY, folder=tmp_path)
    assert seen.outcome("input_drift") == "passed"
    itself = monitor_window(named, trained.store, month(2), as_of=MAY, folder=tmp_path)
    assert itself.evidence.find("drift.calls").value == pytest.approx(0.0)  # type: ignore[union-attr]


def test_a_named_window_or_a_year_before_in_which_nobody_predicted_is_a_mistake(
    trained: Trained, tmp_path: Path
) -> None:
    never = {"start": "2020-01-01T00:00:00Z", "end": "2020-02-01T00:00:00Z"}
    for reference, when in ((never, "2020-01-01"), ("same_season", "2025-02-01")):
        spec = a_spec_again(trained.spec, monitoring={"reference": reference})
        with pytest.raises(SluiceError, match=f"nothing was predicted from {when}.*score that window"):
            monitor_window(spec, trained.store, month(2), as_of=MAY, folder=tmp_path)


def test_a_window_is_compared_with_the_same_one_a_year_before(trained: Trained, tmp_path: Path) -> None:
    year = Window(start=datetime(2025, 2, 1, tzinfo=UTC), end=datetime(2025, 3, 1, tzinfo=UTC))
    source = Path(str(trained.spec.data.source.paths[0]))  # type: ignore[union-attr]
    before = customers(2).assign(customer=lambda rows: "b" + rows["customer"], at=lambda rows: rows["at"] - A_YEAR)
    pd.concat([pd.read_csv(source), before.assign(calls=before["calls"] + 20)]).to_csv(source, index=False)
    score_window(trained.spec, trained.store, year, folder=tmp_path)
    season = a_spec_again(trained.spec, monitoring={"reference": "same_season"})
    seen = monitor_window(season, trained.store, month(2), as_of=MAY, folder=tmp_path)
    assert seen.outcome("input_drift") == "blocked"
    assert "calls" in why(seen, "input_drift")
    assert monitor_window(trained.spec, trained.store, month(2), as_of=MAY, folder=tmp_path).alarms == ()


def test_labels_may_judge_over_a_longer_stretch_than_the_window(trained: Trained, tmp_path: Path) -> None:
    label(trained, pd.concat([customers(2), customers(3)]))
    score_window(trained.spec, trained.store, month(3), folder=tmp_path)
    longer = a_spec_again(trained.spec, monitoring={"labels": {"window": "59d"}})
    seen = monitor_window(longer, trained.store, month(3), as_of=MAY, folder=tmp_path)
    assert seen.evidence.find("realised.brier_score").n == 600  # type: ignore[union-attr]
    assert seen.evidence.find("rows").value == 300  # type: ignore[union-attr]


@pytest.mark.parametrize("number", [5])
def test_a_window_without_a_row_is_inconclusive_in_every_concern(trained: Trained, tmp_path: Path, number: int) -> None:
    score_window(trained.spec, trained.store, month(number), folder=tmp_path)
    seen = monitor_window(trained.spec, trained.store, month(number), as_of=MAY, folder=tmp_path)
    assert {concern: seen.outcome(concern) for concern in CONCERNS} == dict.fromkeys(CONCERNS, "inconclusive")
    assert "nothing was predicted in this window" in why(seen, "data_quality")


def test_a_new_champion_is_watched_on_the_labels_of_the_rows_that_it_served(trained: Trained, tmp_path: Path) -> None:
    spec, store = trained.spec.model_copy(update={"retraining": RetrainingSpec()}), trained.store
    longer = Window(start=month(1).start, end=month(2).end)
    successor = Trained.on(spec, store, longer).champion
    assert successor.version == 2
    run = RunRef(run_id=successor.run_id, experiment_id="", fingerprint="")
    evaluate_run(spec, trained_dataset(run.run_id), run, store)
    score_window(spec, store, month(3), folder=tmp_path)
    label(trained, customers(3))
    monitor_round(spec, store, [month(3)], as_of=MAY, folder=tmp_path)
    looked = watch_round(spec, store, successor, as_of=MAY, actor="test")
    assert not isinstance(looked, str)
    decision, entry = looked
    assert "than its predecessor's on the same 300 labelled rows" in decision.reason
    assert entry is None
