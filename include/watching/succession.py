"""The watch over a new champion, on the rows that it served: as monitoring reads them, with the labels known by now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import pandas as pd

from include.data.access import UNRESOLVED, SourceAccess
from include.domain.predictions import Predictions
from include.domain.references import ModelVersionRef, Window
from include.domain.retraining import findings_of
from include.domain.spec import ModelSpec
from include.domain.spec.data import FileSource, SqlSource
from include.domain.watch import WatchDecision
from include.judging.watch import taken_back_by, watch_champion
from include.monitoring.shelf import monitored_windows
from include.registry.entry import LedgerEntry
from include.registry.rollback import predecessor
from include.storage.store import Store
from include.training.models import load_model, predict
from include.training.tracking import trained_spec
from include.watching.champion import as_logged
from include.watching.labels import known_labels
from include.watching.rows import rows_in

Access = Callable[[FileSource | SqlSource], SourceAccess]


def watch_round(
    spec: ModelSpec,
    store: Store,
    champion: ModelVersionRef,
    *,
    as_of: datetime,
    actor: str,
    access: Access = lambda source: UNRESOLVED,
) -> tuple[WatchDecision, LedgerEntry | None] | str:
    """Watch a champion on every labelled window that it served; see :func:`include.judging.watch.watch_champion`.

    Returns
    -------
    tuple of WatchDecision and LedgerEntry or None, or str
        Why there was nothing to look at.

    Notes
    -----
    An actor that was killed after it had taken a champion back is given the same decision and entry again.
    """
    done = taken_back_by(spec, store, actor)
    if done is not None:
        return done
    before = predecessor(store, spec.name, champion.version)
    if before is None:
        return f"version {champion.version} has no predecessor to be compared with"
    specs = {version: _spec_of(spec.name, version) for version in (champion.version, before)}
    forms = {(one.cleaning, tuple(sorted(one.data.types.items()))) for one in specs.values()}
    if len(forms) > 1:
        return f"versions {before} and {champion.version} clean their rows differently, and only one form was kept"

    def rows(windows: Sequence[Window]) -> pd.DataFrame:
        frames = [
            rows_in(
                specs[champion.version],
                store,
                window,
                known_labels(spec, store, window, as_of=as_of, access=access).by_row,
                version=champion.version,
            ).served.frame
            for window in windows
        ]
        return pd.concat(frames)

    def ask(version: int, frame: pd.DataFrame) -> Predictions:
        trusted = specs[version].training.trusted_types
        model = load_model(f"models:/{spec.name}/{version}", trusted_types=trusted)
        return as_logged(predict(specs[version], model, frame))

    findings = [findings_of(seen) for seen in monitored_windows(store, spec.name)]
    looked = watch_champion(spec, store, findings, champion, rows=rows, ask=ask, actor=actor)
    return looked or f"version {champion.version} is not watched, or no label came since the last look"


def _spec_of(model: str, version: int) -> ModelSpec:
    from include.mlflow_server import answering, open_client

    with answering(model):
        run_id = open_client().get_model_version(model, str(version)).run_id
    return trained_spec(str(run_id))
