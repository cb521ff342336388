"""Windows of a champion in use: labels that come late, twice or never, and rows that do not come at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from include.domain.monitored import CONCERNS, MonitoredWindow
from include.domain.references import RunRef, Window
from include.domain.spec import RetrainingSpec
from include.judging.candidates import evaluate_run
from include.monitoring.shelf import looks_at, monitored_windows, read_series
from include.serving.window_scoring import score_window
from include.storage.folder import FolderStore
from include.training.tracking import trained_dataset
from include.watching.rounds import monitor_round
from include.watching.succession import watch_round
from include.watching.watch import monitor_window
from tests.integration.scored import Trained, a_customer_spec, customers, month

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]

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
