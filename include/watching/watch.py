"""Watching a window: everything that can be seen of it is seen once, and every concern gets its verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from include.domain.concerns import ESTIMATED, REALISED, concern_gates
from include.domain.evidence import Evidence, Observation
from include.domain.gate import decide
from include.domain.monitored import MonitoredWindow
from include.domain.references import ModelVersionRef, ReportRef, Window
from include.domain.spec import ModelSpec, ReferenceWindow
from include.monitoring.shelf import keep_window, monitored_windows
from include.serving.prediction_log import PredictionLog
from include.serving.preparing import spec_to_score
from include.storage.store import Store
from include.training.code_version import own_version
from include.watching.arrivals import (
    WINDOWS_AT_LEAST,
    arrivals_in,
    arrivals_watched,
    moments_of,
    observe_arrivals,
)
from include.watching.champion import Champion, Champions
from include.watching.data_seen import arrived_rows, checks_of, observe_data
from include.watching.drifted import Reference, observe_window_drift, reference_of
from include.watching.estimated import observe_estimated
from include.watching.labels import Access, KnownLabels, known_labels, unresolved
from include.watching.lost import observe_losses
from include.watching.realised import observe_realised
from include.watching.reconciled import observe_estimate_errors, observe_track
from include.watching.reported import DriftReports
from include.watching.rows import WindowRows, rows_in
from include.watching.segments_told import watch_segments
from include.watching.served import Served


def monitor_window(
    spec: ModelSpec,
    store: Store,
    window: Window,
    *,
    as_of: datetime,
    folder: Path,
    champions: Champions | None = None,
    access: Access = unresolved,
    workspace: Path | None = None,
) -> MonitoredWindow:
    """Look at a window of served predictions, judge what was seen, and keep it.

    Parameters
    ----------
    spec : ModelSpec
        As it is today.
    store : Store
    window : Window
        Both sides given.
    as_of : datetime
        By when labels had to be known to count.
    folder : Path
        Folder of the spec; paths of suite files start there.
    champions : Champions, optional
        What is known of versions already, to spare the learning of one for every window.
    access : callable
        How the source of the labels is reached.
    workspace : Path, optional
        Folder of Evidently's workspace; without it no report is made.

    Returns
    -------
    MonitoredWindow
        Kept under ``monitoring/<model>/``.
    """
    version = _version_in(spec, store, window)
    if version is None:
        seen = _judged(spec, window, as_of, None, _of_nothing(spec, window))
        keep_window(store, seen)
        return seen
    champion = (champions or Champions(spec, store)).know(version)
    asked = _judged_over(spec, window)
    labels = known_labels(spec, store, asked, as_of=as_of, access=access)
    wanted = DriftReports(spec, store, workspace, window, version.version)
    evidence, reports, worse = _seen(spec, store, window, champion, labels, folder=folder, wanted=wanted)
    sets = PredictionLog(store, spec.name).sets(window, "champion")
    snapshot = next((made.clean.fingerprint for made in sets if made.clean is not None), "")
    seen = _judged(spec, window, as_of, version, evidence).model_copy(
        update={
            "snapshot": snapshot,
            "reference": champion.reference,
            "reports": reports,
            "worse_segments": worse,
        }
    )
    keep_window(store, seen)
    return seen


def _seen(
    spec: ModelSpec,
    store: Store,
    window: Window,
    champion: Champion,
    labels: KnownLabels,
    *,
    folder: Path,
    wanted: DriftReports,
) -> tuple[Evidence, tuple[ReportRef, ...], tuple[str, ...]]:
    theirs, rng = champion.spec, np.random.default_rng(spec.training.seed)
    asked: dict[str, Any] = {"version": champion.version.version, "folder": folder}
    rows = rows_in(theirs, store, window, labels.by_row, **asked)
    checks = checks_of(spec_to_score(spec, champion.version), rows.sets, store, as_of=window.end, folder=folder)
    reference = reference_of(spec, store, window, champion)
    drift, drawn = observe_window_drift(
        spec, store, rows, champion, reference=reference, subject=_subject(spec, window), reports=wanted, window=window
    )
    labelled, over = rows, _judged_over(theirs, window)
    if over != window:
        labelled = rows_in(theirs, store, over, labels.by_row, **asked)
    judged = labelled.served
    realised = observe_realised(theirs, judged, champion.promised, rng=rng)
    segments, of_segments, worse = watch_segments(spec, store, window, champion, judged)
    # Drawing labels takes about a quarter of the whole, so nobody pays for it who does not ask.
    asks = "estimated_quality" in theirs.monitoring.concerns
    estimated = (
        _estimates(store, window, rows.served, judged, champion=champion, realised=realised, rng=rng) if asks else ()
    )
    data = observe_data(rows.sets, checks, rows.served)
    came = _arrivals(store, window, rows, champion, reference)
    told = (*data, *came, *labelled.labels, *drift, *realised, *labels.observations, *estimated, *segments)
    pages = tuple(ReportRef(kind="data docs", uri=check.docs.uri) for check in checks)
    return (
        Evidence(subject=_subject(spec, window), observations=_once(told)),
        (*drawn, *of_segments, *pages),
        worse,
    )


def _estimates(
    store: Store,
    window: Window,
    served: Served,
    judged: Served,
    *,
    champion: Champion,
    realised: Sequence[Observation],
    rng: np.random.Generator,
) -> tuple[Observation, ...]:
    """Estimate the quality of served rows, and lay the estimate of those with labels beside what they realised."""
    theirs = champion.spec
    estimated = observe_estimated(theirs, served, champion.estimator, rng=rng)
    lost = observe_losses(ESTIMATED, estimated, champion.promised)
    # What was estimated of these very rows is not drawn again.
    before = estimated if judged is served and judged.labelled(theirs).all() else None
    errors = _estimate_errors(theirs, judged, champion, realised, rng, before=before)
    seen = [*_earlier(store, champion.version, window), Evidence(subject=theirs.name, observations=errors)]
    return (*estimated, *lost, *errors, observe_track(theirs, seen))


def _arrivals(
    store: Store, window: Window, rows: WindowRows, champion: Champion, reference: Reference
) -> tuple[Observation, ...]:
    """Observe what arrived, beside the windows of the reference, and what was watched before where these are few."""
    time = champion.spec.data.time
    if time is None:
        return ()
    named = isinstance(champion.spec.monitoring.reference, ReferenceWindow) and time in reference.inputs
    usual = arrivals_in(moments_of(reference.inputs[time]) if named else champion.moments, window)
    if len(usual.counts) < WINDOWS_AT_LEAST:
        usual = usual.joined(arrivals_watched(monitored_windows(store, champion.version.name), window))
    newest = pa.compute.max(rows.answers["event_time"]).as_py()
    return observe_arrivals(arrived_rows(rows.sets), newest, window, usual)


def _judged_over(spec: ModelSpec, window: Window) -> Window:
    """Return the stretch whose labels judge a window: it ends with the window, and may be longer."""
    length = spec.monitoring.labels.window
    return window if length is None or window.end is None else Window(start=window.end - length, end=window.end)


def _estimate_errors(
    spec: ModelSpec,
    judged: Served,
    champion: Champion,
    realised: Sequence[Observation],
    rng: np.random.Generator,
    *,
    before: Sequence[Observation] | None,
) -> tuple[Observation, ...]:
    """Lay the estimate of the labelled rows, made without their labels, beside what they realised."""
    known = judged.labelled(spec)
    if not known.any():
        return ()
    if before is None:
        before = observe_estimated(spec, judged.where(known), champion.estimator, rng=rng)
    return observe_estimate_errors(before, [one for one in realised if one.name.startswith(f"{REALISED}.")])


def _earlier(store: Store, version: ModelVersionRef, window: Window) -> list[Evidence]:
    seen = monitored_windows(store, version.name)
    return [one.evidence for one in seen if one.version == version and one.window != window]


def _judged(
    spec: ModelSpec, window: Window, as_of: datetime, version: ModelVersionRef | None, evidence: Evidence
) -> MonitoredWindow:
    return MonitoredWindow(
        model=spec.name,
        window=window,
        as_of=as_of,
        version=version,
        evidence=evidence,
        verdicts=tuple(decide(gate, evidence) for gate in concern_gates(spec)),
        commit=own_version().get("commit", ""),
    )


def _of_nothing(spec: ModelSpec, window: Window) -> Evidence:
    """Return the evidence of a window in which nobody predicted: everything was looked for, and nothing is there."""
    why = "nothing was predicted in this window"
    names = dict.fromkeys(asked.observation for gate in concern_gates(spec) for asked in gate.requirements)
    return Evidence(
        subject=_subject(spec, window),
        observations=tuple(Observation(name=name, value=None, n=0, detail=why) for name in names),
    )


def _version_in(spec: ModelSpec, store: Store, window: Window) -> ModelVersionRef | None:
    """Return the version that gave most of a window's answers; None where there is no answer."""
    sets = PredictionLog(store, spec.name).sets(window, "champion")
    counted: Counter[ModelVersionRef] = Counter()
    for made in sets:
        counted[made.version] += made.rows + sum(dataset.rows for dataset in made.quarantined)
    return max(counted, key=lambda ref: (counted[ref], ref.version)) if counted.total() else None


def _subject(spec: ModelSpec, window: Window) -> str:
    return f"{spec.name} window {window.start:%Y-%m-%d %H:%M}"


def _once(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    return tuple({observation.name: observation for observation in observations}.values())
