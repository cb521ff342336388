"""Answers of a fleet about the rows that judge it, kept with its run: what its members said is not asked twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.predictions import Predictions
from include.domain.references import ModelVersionRef, RunRef
from include.domain.spec import ModelSpec
from include.training.models import known_classes
from include.training.run_files import ANSWERS_FILE
from include.training.tracking import read_file

Answers = dict[str, NDArray[Any]]
"""``hashes`` of shape (n,), ``served`` and ``baseline`` of shape (n, 1) or (n, classes), one row a row that judges."""


def numbers_of(said: Predictions, classes: Sequence[Any] = ()) -> NDArray[np.float64]:
    """Return predictions as rows of numbers: what was predicted, or how probable each class is.

    Parameters
    ----------
    said : Predictions
    classes : sequence, optional
        Of the columns; those that the model knows if left out. One that it does not know has no chance.

    Returns
    -------
    array of shape (n, 1) or (n, number of classes)

    Examples
    --------
    >>> said = Predictions(np.array(["a", "c"]), np.array([[0.9, 0.1], [0.2, 0.8]]), np.array(["a", "c"]))
    >>> numbers_of(said, ["a", "b", "c"]).tolist()
    [[0.9, 0.0, 0.1], [0.2, 0.0, 0.8]]
    """
    if said.classes is None:
        return said.values.astype(np.float64)[:, None]
    known = said.classes.tolist()
    wanted = list(classes) or known
    numbers = said.probabilities
    if numbers is None:
        numbers = (said.values[:, None] == said.classes[None, :]).astype(np.float64)
    if wanted == known:
        return numbers
    absent = np.zeros(len(said))
    return np.column_stack([numbers[:, known.index(label)] if label in known else absent for label in wanted])


def write_answers(answers: Answers, path: Path) -> None:
    """Write answers as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **answers)


def recorded_answers(
    spec: ModelSpec, run: RunRef | ModelVersionRef, fleet: Any, holdout: pd.DataFrame
) -> tuple[pd.DataFrame, Predictions, Predictions]:
    """Return what a fleet and the baselines of its segments said of the rows that judge.

    Parameters
    ----------
    spec : ModelSpec
    run : RunRef or ModelVersionRef
        Of the fleet.
    fleet : FleetModel
    holdout : DataFrame of shape (n, clean columns)
        The index is the row hash.

    Returns
    -------
    DataFrame of shape (m, clean columns)
        The rows that somebody answered for; those of segments that failed are not among them.
    Predictions, Predictions
        Of these m rows: the fleet's, and the baselines'.
    """
    with np.load(read_file(run, ANSWERS_FILE), allow_pickle=False) as kept:
        place = pd.Series(np.arange(len(kept["hashes"])), index=kept["hashes"])
        place = place[~place.index.duplicated()]
        judged = holdout[holdout.index.isin(place.index)]
        rows = place[judged.index].to_numpy()
        served, simple = kept["served"][rows], kept["baseline"][rows]
    return judged, *(_predictions(spec, fleet, numbers) for numbers in (served, simple))


def _predictions(spec: ModelSpec, fleet: Any, numbers: NDArray[np.float64]) -> Predictions:
    if spec.task == "regression":
        return Predictions(numbers[:, 0])
    classes = np.asarray(known_classes(spec, fleet))
    values = classes[numbers.argmax(axis=1)]
    return Predictions(values, numbers if fleet.gives_probabilities else None, classes)
