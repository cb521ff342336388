"""Plots: what a model's predictions look like beside the truth. Figures are drawn without a screen and without pyplot's
global state, so that tasks in one process do not draw into each other's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, precision_recall_curve, roc_curve

from include.domain.metric import Task
from include.domain.predictions import Predictions
from include.training.importance import Importances

POINTS_AT_MOST, COLUMNS_AT_MOST = 5_000, 25
"""More than that nobody can see."""

Draw = Callable[[Axes], None]


def draw_plots(task: Task, target: NDArray[Any], predictions: Predictions, folder: Path) -> list[Path]:
    """Draw what belongs to a task, from the predictions for rows whose truth is known.

    Parameters
    ----------
    task : {'binary', 'multiclass', 'regression'}
    target : array of shape (n,)
        What is true.
    predictions : Predictions
        Of the same rows; the last class of a binary model counts as positive.
    folder : Path
        Where the PNG files go; made if it is not there.

    Returns
    -------
    list of Path
        ``roc.png``, ``precision_recall.png`` and ``calibration.png``; ``confusion.png``; or ``predicted.png`` and
        ``residuals.png``. What cannot be drawn (one class only, no probabilities) is left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if len(target) == 0:
        return []
    if predictions.classes is None:
        drawings = _of_numbers(target.astype(np.float64), predictions.values)
    else:
        drawings = {"confusion": _confusion(target, predictions)}
        if task == "binary" and predictions.probabilities is not None:
            drawings |= _of_probabilities(target == predictions.classes[-1], predictions.probabilities[:, -1])
    return [_saved(draw, folder / f"{name}.png") for name, draw in drawings.items()]


def draw_importances(found: Importances, path: Path) -> Path:
    """Draw the importance of columns as bars, the most important on top; folders are made as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = list(found.columns.items())[:COLUMNS_AT_MOST][::-1]

    def draw(axes: Axes) -> None:
        axes.barh([name for name, _ in shown], [each.mean for _, each in shown], xerr=[each.sd for _, each in shown])
        axes.set_xlabel(f"how much worse {found.metric} gets without the column")

    return _saved(draw, path, height=1.5 + 0.25 * len(shown))


def _of_probabilities(is_positive: NDArray[np.bool_], probability: NDArray[np.float64]) -> dict[str, Draw]:
    if is_positive.all() or not is_positive.any():
        return {}

    def roc(axes: Axes) -> None:
        false_positives, true_positives, _ = roc_curve(is_positive, probability)
        axes.plot(false_positives, true_positives)
        axes.plot([0, 1], [0, 1], linestyle=":", color="grey")
        axes.set(xlabel="false positive rate", ylabel="true positive rate", title="ROC")

    def precision_recall(axes: Axes) -> None:
        precision, recall, _ = precision_recall_curve(is_positive, probability)
        axes.step(recall, precision, where="post")
        axes.axhline(is_positive.mean(), linestyle=":", color="grey")
        axes.set(xlabel="recall", ylabel="precision", title="precision and recall")

    def calibration(axes: Axes) -> None:
        seen, said = calibration_curve(is_positive, probability, n_bins=10, strategy="quantile")
        axes.plot(said, seen, marker="o")
        axes.plot([0, 1], [0, 1], linestyle=":", color="grey")
        axes.set(
            xlabel="mean predicted probability", ylabel="share of positives", title="calibration, tenths of the rows"
        )

    return {"roc": roc, "precision_recall": precision_recall, "calibration": calibration}


def _confusion(target: NDArray[Any], predictions: Predictions) -> Draw:
    classes = [str(label) for label in np.asarray(predictions.classes).tolist()]
    true, said = [str(label) for label in target.tolist()], [str(label) for label in predictions.values.tolist()]
    counts = confusion_matrix(true, said, labels=classes)

    def draw(axes: Axes) -> None:
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        if len(classes) <= 12:
            for row, column in np.ndindex(counts.shape):
                colour = "white" if shares[row, column] > 0.5 else "black"
                axes.text(column, row, f"{counts[row, column]:,}", ha="center", va="center", color=colour)
        axes.set_xticks(range(len(classes)), classes, rotation=90 if len(classes) > 4 else 0)
        axes.set_yticks(range(len(classes)), classes)
        axes.set(xlabel="predicted", ylabel="true", title="rows")

    return draw


def _of_numbers(target: NDArray[np.float64], predicted: NDArray[np.float64]) -> dict[str, Draw]:
    # Every k-th row rather than a random sample: the same picture for the same rows.
    step = max(1, -(-len(target) // POINTS_AT_MOST))
    true, said = target[::step], predicted[::step]

    def against_truth(axes: Axes) -> None:
        ends = [min(true.min(), said.min()), max(true.max(), said.max())]
        axes.scatter(said, true, s=4, alpha=0.4)
        axes.plot(ends, ends, linestyle=":", color="grey")
        axes.set(xlabel="predicted", ylabel="true", title="predicted and true values")

    def residuals(axes: Axes) -> None:
        missed = target - predicted
        # Fifty bins need room between them, which residuals that are all alike do not leave.
        room = max(np.ptp(missed), 1e-6 * np.abs(missed).max(), 1e-12) / 2
        middle = (missed.min() + missed.max()) / 2
        axes.hist(missed, bins=np.linspace(middle - room, middle + room, 51).tolist())
        axes.axvline(0, linestyle=":", color="grey")
        axes.set(xlabel="true minus predicted", ylabel="rows", title="residuals")

    return {"predicted": against_truth, "residuals": residuals}


def _saved(draw: Draw, path: Path, *, height: float = 4.5) -> Path:
    figure = Figure(figsize=(6, height), layout="constrained")
    FigureCanvasAgg(figure)
    draw(figure.add_subplot())
    figure.savefig(path, dpi=100)
    return path
