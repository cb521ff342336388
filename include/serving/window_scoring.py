"""Scoring of a window from its source to the log, in one call, for whoever needs no scheduler."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from include.data.access import UNRESOLVED, SourceAccess
from include.domain.prediction_set import Role
from include.domain.references import ModelVersionRef, Window
from include.domain.spec import ModelSpec
from include.domain.spec.data import Source
from include.domain.spec.scoring import Choice
from include.serving.batch import Clock, Load, Scored, bring_back, score_rows
from include.serving.champion_choice import Chosen, choose_champion
from include.serving.preparing import check_to_score, clean_to_score, snapshot_to_score, spec_to_score
from include.storage.store import Store


def score_window(
    spec: ModelSpec,
    store: Store,
    window: Window,
    *,
    folder: Path,
    how: Choice | None = None,
    by: ModelVersionRef | None = None,
    role: Role = "champion",
    source: Source | None = None,
    access: SourceAccess = UNRESOLVED,
    run: str = "",
    clock: Clock = lambda: datetime.now(UTC),
    told: Callable[[int, int], None] = lambda done, total: None,
    load: Load = bring_back,
) -> Scored:
    """Score the rows of a window: choose the champion, read, check, clean, answer, log.

    Parameters
    ----------
    spec : ModelSpec
        As it is today.
    store : Store
    window : Window
        Event times.
    folder : Path
        Folder of the spec; paths of suite files start there.
    how : {'present', 'of_that_time'}, optional
        ``scoring.champion`` of the spec if left out.
    by : ModelVersionRef, optional
        The version that scores, whatever the aliases say; for comparing one with another on the same rows.
    role : {'champion', 'challenger'}
    source : FileSource or SqlSource, optional
        Another source than the spec's.
    access, run, clock, told, load
        As for :func:`include.serving.batch.score_rows`.

    Raises
    ------
    SluiceError
        Of any of the steps.
    """
    if by is None:
        chosen = choose_champion(store, spec.name, window, how or spec.scoring.champion)
    else:
        chosen = Chosen(version=by, why="named by whoever asked")
    theirs = spec_to_score(spec, chosen.version)
    rows = snapshot_to_score(theirs, store, window, source=source, access=access)
    rows = check_to_score(theirs, rows, store, suite="raw", as_of=window.end, folder=folder)
    rows = clean_to_score(theirs, rows, store)
    rows = check_to_score(theirs, rows, store, suite="clean", as_of=window.end, folder=folder)
    return score_rows(theirs, chosen, rows, store, run=run, role=role, clock=clock, told=told, load=load)
