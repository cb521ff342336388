from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from include.domain.metric import Task
from include.domain.predictions import Predictions
from include.training.importance import ColumnImportance, Importances
from include.training.plots import draw_importances, draw_plots

RNG = np.random.default_rng(5)
YES = RNG.random(200)
TWO = Predictions(np.where(YES > 0.5, "yes", "no"), np.column_stack([1 - YES, YES]), np.array(["no", "yes"]))
PNG = b"\x89PNG\r\n"


def _names(paths: list[Path]) -> set[str]:
    assert all(path.read_bytes().startswith(PNG) for path in paths)
    return {path.name for path in paths}


def test_two_classes_are_drawn_as_curves(tmp_path: Path) -> None:
    drawn = draw_plots("binary", RNG.choice(["no", "yes"], 200), TWO, tmp_path / "plots")
    assert _names(drawn) == {"confusion.png", "roc.png", "precision_recall.png", "calibration.png"}


def test_curves_are_left_out_where_there_is_nothing_to_rank(tmp_path: Path) -> None:
    assert _names(draw_plots("binary", np.array(["yes"] * 200), TWO, tmp_path)) == {"confusion.png"}
    labels_only = Predictions(TWO.values, None, TWO.classes)
    assert _names(draw_plots("binary", TWO.values, labels_only, tmp_path)) == {"confusion.png"}


@pytest.mark.parametrize("classes", [3, 40])
def test_many_classes_are_drawn_as_a_table(tmp_path: Path, classes: int) -> None:
    names = np.array([f"class {i}" for i in range(classes)])
    said = Predictions(RNG.choice(names, 100), RNG.dirichlet(np.ones(classes), 100), names)
    assert _names(draw_plots("multiclass", RNG.choice(names, 100), said, tmp_path)) == {"confusion.png"}


def test_numbers_are_drawn_beside_the_truth(tmp_path: Path) -> None:
    truth = RNG.normal(size=20_000)
    assert _names(draw_plots("regression", truth, Predictions(truth + 0.1), tmp_path)) == {
        "predicted.png",
        "residuals.png",
    }


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_no_rows_draw_nothing(tmp_path: Path, task: Task) -> None:
    none = (
        Predictions(np.array([])) if task == "regression" else Predictions(np.array([]), np.empty((0, 2)), TWO.classes)
    )
    assert draw_plots(task, np.array([]), none, tmp_path) == []


def test_the_same_predictions_draw_the_same_files(tmp_path: Path) -> None:
    truth = RNG.choice(["no", "yes"], 200)
    first, second = (draw_plots("binary", truth, TWO, tmp_path / name) for name in ("a", "b"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_importances_are_bars_and_no_more_than_can_be_read(tmp_path: Path) -> None:
    columns = {f"column {i}": ColumnImportance(mean=1 / (i + 1), sd=0.01) for i in range(60)}
    found = Importances(metric="log_loss", rows=1000, repeats=3, columns=columns)
    assert _names([draw_importances(found, tmp_path / "plots" / "importances.png")]) == {"importances.png"}
