"""Preparing: rows of a window on their way to a champion, read, checked and cleaned as they were at its training."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from include.data.access import UNRESOLVED, SourceAccess
from include.data.cleaning import clean_dataset
from include.data.history import history_window, nothing_before
from include.data.snapshot import take_snapshot
from include.domain.errors import DataError, NoRowsError
from include.domain.record import Record
from include.domain.references import DatasetRef, ModelVersionRef, Window
from include.domain.spec import ModelSpec
from include.domain.spec.data import Source
from include.domain.spec.looking_back import cuts_by_path
from include.quality.asked import SuiteName
from include.quality.checks import check_dataset
from include.quality.result import QualityResult
from include.storage.store import Store
from include.training.tracking import accepted_dataset, trained_spec


class RowsToScore(Record):
    """The rows of a window, as far as they have come.

    Parameters
    ----------
    window : Window
    snapshot : DatasetRef, optional
        As they were read; None where the window holds no row.
    raw, clean : QualityResult, optional
        What the checks found before and after the cleaning.
    cleaned : DatasetRef, optional
    history : DatasetRef, optional
        Rows before the window that cleaning looks back at, those that were accepted once they are checked; None where
        it looks at no other row.
    why_empty : str
        What the source said where there is no row.
    """

    window: Window
    snapshot: DatasetRef | None = None
    raw: QualityResult | None = None
    cleaned: DatasetRef | None = None
    clean: QualityResult | None = None
    history: DatasetRef | None = None
    why_empty: str = ""

    @property
    def accepted(self) -> DatasetRef | None:
        """The rows that are scored; None where none is left."""
        found = self.clean.accepted if self.clean is not None else None
        return found if found is not None and found.rows else None


def spec_to_score(spec: ModelSpec, version: ModelVersionRef) -> ModelSpec:
    """Return the spec by which a version scores: its own, with today's sources, labels and expectations.

    Columns that were text at training are declared to be text, so that a window in which they look like numbers is
    read as the training was.
    """
    theirs = trained_spec(version.run_id)
    text = {
        column.name: "text" for column in accepted_dataset(version.run_id, "raw").columns if column.type == "VARCHAR"
    }
    text.pop(theirs.data.target, None)
    today = {"labels": spec.data.labels, "label_delay": spec.data.label_delay}
    data = {"source": spec.scoring.source or spec.data.source, "types": {**text, **theirs.data.types}, **today}
    update = {"data": theirs.data.model_copy(update=data), "quality": spec.quality, "scoring": spec.scoring}
    return theirs.model_copy(update=update)


def snapshot_to_score(
    spec: ModelSpec,
    store: Store,
    window: Window,
    *,
    source: Source | None = None,
    access: SourceAccess = UNRESOLVED,
    force: bool = False,
) -> RowsToScore:
    """Read the rows of a window; that there is none is an answer too.

    Parameters
    ----------
    spec : ModelSpec
        Of :func:`spec_to_score`.
    store, window, source, access, force
        As for :func:`include.data.snapshot.take_snapshot`.
    """
    try:
        taken = take_snapshot(spec, store, window=window, source=source, access=access, force=force, to_score=True)
    except NoRowsError as error:
        return RowsToScore(window=window, why_empty=str(error))
    before = _history(spec, store, window, source=source, access=access, force=force)
    return RowsToScore(window=window, snapshot=taken, history=before)


def check_to_score(
    spec: ModelSpec, rows: RowsToScore, store: Store, *, suite: SuiteName, as_of: datetime | None, folder: Path
) -> RowsToScore:
    """Set aside the rows that fail what is required of each, and note what else was found.

    Parameters
    ----------
    spec, rows, store
    suite, as_of, folder
        As for :func:`include.quality.checks.check_dataset`.
    """
    dataset = rows.snapshot if suite == "raw" else rows.cleaned
    if dataset is None or not dataset.rows:
        return rows
    found = check_dataset(spec, dataset, store, suite=suite, as_of=as_of, folder=folder, to_score=True)
    update: dict[str, Any] = {suite: found}
    if suite == "raw" and rows.history is not None:
        # What training would not have looked back at is not looked back at now; of these rows the target is known.
        told = any(column.name == spec.data.target for column in rows.history.columns)
        before = check_dataset(
            spec, rows.history, store, suite=suite, as_of=rows.window.start, folder=folder, to_score=not told
        )
        update["history"] = before.accepted
    return rows.model_copy(update=update)


def clean_to_score(spec: ModelSpec, rows: RowsToScore, store: Store) -> RowsToScore:
    """Clean the rows that were accepted, dropping none."""
    if rows.raw is None or not rows.raw.accepted.rows:
        return rows
    cleaned = clean_dataset(spec, rows.raw.accepted, store, to_score=True, history=rows.history)
    return rows.model_copy(update={"cleaned": cleaned})


def _history(
    spec: ModelSpec, store: Store, window: Window, *, source: Source | None, access: SourceAccess, force: bool
) -> DatasetRef | None:
    before = history_window(spec, window)
    if before is None:
        return None
    read = source or spec.data.source
    if cuts_by_path(read):
        raise DataError(
            f"{read}: rows before the window are looked back at (cleaning: lag), and such a path leads to the window "
            "only: write a glob; rows are cut by data.time anyway"
        )
    try:
        return take_snapshot(spec, store, window=before, source=source, access=access, force=force, to_score=True)
    except NoRowsError as error:
        raise nothing_before(spec, before, str(error)) from error
