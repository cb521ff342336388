"""Rows of a window: the champion's predictions, laid beside the rows that it was asked about and their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from include.domain.concerns import BROKEN_LABELS
from include.domain.evidence import Observation
from include.domain.prediction_set import PredictionSet
from include.domain.predictions import Predictions
from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.quality.labels import CheckedLabels, check_labels
from include.serving.chunks import ChunkedRows
from include.serving.prediction_log import PredictionLog
from include.serving.prediction_rows import SERVED_BY, class_name
from include.serving.reading import read_predictions
from include.storage.store import Store, key_of
from include.watching.served import Served

_AT_ONCE = 250_000


@dataclass(frozen=True, eq=False)
class WindowRows:
    """What there is of a window.

    Parameters
    ----------
    sets : tuple of PredictionSet
        That the predictions come from.
    answers : Table
        The log's rows, each row of the world once.
    served : Served
        Those of them whose inputs were kept, with their labels as far as they are known.
    row_ids : Index
        Names of the served rows.
    inputs : tuple of Path
        Parquet files that hold the inputs.
    labels : tuple of Observation
        Which of the labels were broken: they are not among those of the served rows.
    """

    sets: tuple[PredictionSet, ...]
    answers: pa.Table
    served: Served
    row_ids: pd.Index
    inputs: tuple[Path, ...]
    labels: tuple[Observation, ...] = ()


def rows_in(
    spec: ModelSpec,
    store: Store,
    window: Window,
    labels: pd.Series | None = None,
    *,
    version: int | None = None,
    folder: Path | None = None,
) -> WindowRows:
    """Read a window's predictions of the champion, with the clean rows that it saw.

    Parameters
    ----------
    spec : ModelSpec
        That the champion was trained by.
    store : Store
    window : Window
    labels : Series, optional
        By row id; those that stood beside the rows when they were scored if left out.
    version : int, optional
        Only what this version said.
    folder : Path, optional
        Folder of the spec; what suite files ask of labels is asked only with it.
    """
    sets = tuple(
        made
        for made in PredictionLog(store, spec.name).sets(window, "champion")
        if version is None or made.version.version == version
    )
    answers = read_predictions(store, spec.name, window, role="champion")
    if version is not None:
        answers = answers.filter(pa.compute.equal(answers["model_version"], version))
    paths = {
        made.clean.fingerprint: (made.clean, store.local_copy(f"{key_of(store, made.clean.uri)}/data.parquet"))
        for made in sets
        if made.clean is not None and made.clean.rows
    }
    named = [
        chunk.frame.set_index(pd.Index(chunk.row_ids.to_pylist(), name="row_id"))
        for clean, path in paths.values()
        for chunk in ChunkedRows(spec, clean, path, _AT_ONCE)
    ]
    target = spec.data.target
    frame = pd.concat(named) if named else pd.DataFrame(columns=[target], index=pd.Index([], name="row_id"))
    frame = frame[~frame.index.duplicated(keep="last")]
    row_ids = pd.Index(answers["row_id"].to_pylist(), dtype=object)
    kept = row_ids.isin(frame.index)
    frame = frame.reindex(row_ids[kept])
    known = frame[target] if labels is None and target in frame else pd.Series(labels, dtype=object)
    classes = next((made.classes for made in sets if made.classes), ())
    known = known.reindex(frame.index)
    checked = check_labels(spec, known, folder=folder)
    told = _broken(checked, int(known.notna().sum()))
    frame = frame.assign(**{target: _spelled(known.mask(checked.broken), classes)})
    said = _predictions(answers.filter(pa.array(kept)), sets, classes)
    return WindowRows(
        sets, answers, Served(frame, said), row_ids[kept], tuple(path for _, path in paths.values()), (told,)
    )


def _broken(checked: CheckedLabels, labels: int) -> Observation:
    count = int(checked.broken.sum())
    detail = "\n".join((f"{count:,} of {labels:,} labels are broken, and judge nobody", *checked.told)) if count else ""
    share = count / labels if labels else 0.0
    return Observation(name=BROKEN_LABELS, value=share, unit="share", n=labels, detail=detail)


def _predictions(answers: pa.Table, sets: Sequence[PredictionSet], classes: tuple[str, ...]) -> Predictions:
    by = answers[SERVED_BY.name].to_numpy() if SERVED_BY.name in answers.column_names else None
    if not classes:
        return Predictions(answers["prediction"].to_numpy().astype(np.float64), served_by=by)
    values = np.array(answers["prediction"].to_pylist(), dtype=object)
    known = np.array(classes, dtype=str)
    thresholds = {made.threshold for made in sets if made.classes}
    threshold = thresholds.pop() if len(thresholds) == 1 else None
    return Predictions(values.astype(str), _probabilities(answers, len(classes)), known, threshold, by)


def _probabilities(answers: pa.Table, classes: int) -> NDArray[np.float64] | None:
    if classes == 2:
        positive = answers["probability"].to_numpy().astype(np.float64)
        return None if len(positive) and np.isnan(positive).all() else np.stack([1 - positive, positive], axis=1)
    listed = answers["probabilities"].to_pylist()
    if all(one is None for one in listed):
        return None
    return np.array([one if one is not None else [np.nan] * classes for one in listed], dtype=np.float64)


def _spelled(labels: pd.Series, classes: tuple[str, ...]) -> pd.Series:
    """Return labels as the log spells classes: a whole number that came with gaps is no fraction."""
    if not classes:
        return labels.astype("float64")
    known = labels.dropna()
    spelling = {label: _class_of(label, classes) for label in known.unique()}
    return known.map(spelling).reindex(labels.index).astype(object).where(labels.notna(), None)


def _class_of(label: Any, classes: tuple[str, ...]) -> str:
    spelled = class_name(label)
    if spelled in classes or not isinstance(label, float | np.floating) or not float(label).is_integer():
        return spelled
    whole = str(int(label))
    as_truth = {"1": "true", "0": "false"}.get(whole, whole)
    return next((name for name in (whole, as_truth) if name in classes), whole)
