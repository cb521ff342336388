"""Drift seen: the inputs and the answers of a window, laid beside those of its reference."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from include.domain.concerns import DRIFTED_COLUMNS, PREDICTION_DRIFT
from include.domain.errors import SluiceError
from include.domain.evidence import Evidence, Observation
from include.domain.predictions import Predictions
from include.domain.record import digest
from include.domain.references import ReportRef, Window
from include.domain.spec import ModelSpec, ReferenceWindow
from include.domain.spec.data import Calendar
from include.monitoring.drift import measure_drift
from include.monitoring.evidence import drift_evidence
from include.monitoring.reference import reference_summary
from include.monitoring.watched import WatchedColumn
from include.storage.store import Store
from include.training.tracking import read_file
from include.watching.champion import Champion
from include.watching.reported import ANSWERS_REPORT, DRIFT_REPORT, DriftReports
from include.watching.rows import WindowRows, rows_in

_A_YEAR = pd.DateOffset(years=1)


@dataclass(frozen=True, eq=False)
class Reference:
    """What a window is compared with.

    Parameters
    ----------
    inputs : DataFrame of shape (m, clean columns)
    answers : Predictions
        Of rows that the model has not seen: it is surer of those that it has.
    fingerprint : str
    """

    inputs: pd.DataFrame
    answers: Predictions
    fingerprint: str


def reference_of(spec: ModelSpec, store: Store, window: Window, champion: Champion) -> Reference:
    """Return what the spec compares a window with.

    Raises
    ------
    SluiceError
        Where it names an earlier window in which nothing was predicted.
    """
    asked = spec.monitoring.reference
    if asked == "training":
        return Reference(champion.trained, champion.said_in_holdout, champion.reference)
    earlier = Window(start=asked.start, end=asked.end) if isinstance(asked, ReferenceWindow) else _year_before(window)
    rows = rows_in(champion.spec, store, earlier)
    if not len(rows.served):
        raise SluiceError(
            f"monitoring.reference: nothing was predicted from {earlier.start} to {earlier.end}: score that window, "
            f"or compare with training"
        )
    own = digest({"sets": sorted(made.id for made in rows.sets), "window": earlier.to_json()})
    return Reference(rows.served.frame, rows.served.said, own)


def watched_columns(
    champion: Champion, columns: Sequence[str], *, weighted: bool, window: Window | None = None
) -> list[WatchedColumn]:
    """Return the features with what they are worth to the model, and what else there is of moments and names.

    A part of the event time that the window is too short to go through is a moment as well: a day has one weekday.
    """
    spec = champion.spec
    weights = _importances(champion) if weighted else {}
    features = [name for name in spec.data.feature_columns(tuple(columns)) if name in columns]
    moments = _set_by(spec, window) if window else frozenset()
    found = [
        WatchedColumn(
            name=name,
            kind="time" if name in moments else "categorical" if name in spec.data.categories else None,
            weight=weights.get(name, 0.0) if weights else 1.0,
        )
        for name in features
    ]
    rest = (name for name in (spec.data.id, spec.data.entity) if name in columns and name not in features)
    found += [WatchedColumn(name=str(name), kind="identifier") for name in rest]
    if spec.data.time in columns and spec.data.time not in features:
        found.append(WatchedColumn(name=str(spec.data.time), kind="time"))
    return found


_A_TURN = {"hour": 1, "weekday": 7, "day": 31, "day_of_year": 366, "month": 366, "quarter": 366, "year": math.inf}
"""Days in which a part of the calendar goes through all its values."""


def _set_by(spec: ModelSpec, window: Window) -> frozenset[str]:
    """Return the columns whose values say no more than when the window was."""
    assert window.start is not None and window.end is not None  # noqa: S101, PT018 - watched windows have both
    days = (window.end - window.start) / timedelta(days=1)
    calendars = (step for step in spec.cleaning if isinstance(step, Calendar) and step.column == spec.data.time)
    return frozenset(f"{one.column}_{part}" for one in calendars for part in one.parts if days < _A_TURN[part])


def observe_window_drift(
    spec: ModelSpec,
    store: Store,
    rows: WindowRows,
    champion: Champion,
    *,
    reference: Reference,
    subject: str,
    reports: DriftReports,
    window: Window | None = None,
) -> tuple[tuple[Observation, ...], tuple[ReportRef, ...]]:
    """Observe how inputs and answers of a window differ from the reference, and let Evidently report it.

    Parameters
    ----------
    spec : ModelSpec
    store : Store
        Keeps summaries and calibrations.
    rows : WindowRows
    champion : Champion
    reference : Reference
    subject : str
    reports : DriftReports
    window : Window, optional
        Event time of the rows; parts of the calendar that it cannot go through are left out.

    Returns
    -------
    tuple of Observation, tuple of ReportRef
    """
    inputs = rows.served.frame
    there = [str(name) for name in reference.inputs.columns]
    weighted = spec.monitoring.weighting == "importance"
    columns = watched_columns(champion, there, weighted=weighted, window=window)
    seen, page = _compared(
        reference.inputs,
        inputs,
        columns,
        fingerprint=reference.fingerprint,
        store=store,
        subject=subject,
        reports=reports,
        kind=DRIFT_REPORT,
    )
    of_answers, other = _compared(
        _as_frame(reference.answers),
        _as_frame(rows.served.said),
        [WatchedColumn(name=name) for name in _as_frame(reference.answers).columns],
        fingerprint=f"{reference.fingerprint}-answers",
        store=store,
        subject=subject,
        reports=reports,
        kind=ANSWERS_REPORT,
    )
    told = map(_of_predictions, filter(_is_told, of_answers.observations))
    return (*seen.observations, *told), (*page, *other)


def _compared(
    reference: pd.DataFrame,
    current: pd.DataFrame,
    columns: Sequence[WatchedColumn],
    *,
    fingerprint: str,
    store: Store,
    subject: str,
    reports: DriftReports,
    kind: str,
) -> tuple[Evidence, tuple[ReportRef, ...]]:
    with TemporaryDirectory(prefix="sluice-") as name:
        files = [Path(name, which) for which in ("reference.parquet", "current.parquet")]
        names = [column.name for column in columns]
        for file, frame in zip(files, (reference, current), strict=True):
            kept = frame[[column for column in names if column in frame]]
            kept.reset_index(drop=True).to_parquet(file, index=False)
        summary = reference_summary(files[0], columns, fingerprint=fingerprint, store=store)
        allowed = reports.spec.monitoring.false_alarms
        drift = measure_drift(summary, files[1], columns, false_alarms=allowed, store=store)
        return drift_evidence(drift, subject=subject), reports.write(drift, files[0], files[1], kind=kind)


def _as_frame(said: Predictions) -> pd.DataFrame:
    if said.classes is None:
        return pd.DataFrame({"prediction": said.values})
    columns = {"prediction": said.values.astype(str)}
    if said.probabilities is not None:
        first = 1 if len(said.classes) == 2 else 0
        columns |= {f"probability_of_{said.classes[i]}": p for i, p in enumerate(said.probabilities.T) if i >= first}
    return pd.DataFrame(columns)


def _is_told(observation: Observation) -> bool:
    return observation.name == DRIFTED_COLUMNS or observation.name.startswith("drift.")


def _of_predictions(observation: Observation) -> Observation:
    if observation.name == DRIFTED_COLUMNS:
        return observation.model_copy(update={"name": PREDICTION_DRIFT})
    return observation.model_copy(update={"name": f"{PREDICTION_DRIFT}.{observation.name.removeprefix('drift.')}"})


def _importances(champion: Champion) -> dict[str, float]:
    # A model without measured importances is one whose features are all alike.
    with suppress(SluiceError):
        found = json.loads(read_file(champion.version, "importances.json").read_text(encoding="utf-8"))
        return {name: max(float(of["mean"]), 0.0) for name, of in found["columns"].items()}
    return {}


def _year_before(window: Window) -> Window:
    sides = (
        None if side is None else (pd.Timestamp(side) - _A_YEAR).to_pydatetime() for side in (window.start, window.end)
    )
    start, end = sides
    return Window(start=start, end=end)
