"""Batches: the accepted rows of a window go through a champion, chunk by chunk, into the log of predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from include.data.windows import in_order
from include.domain.evidence import Evidence, Observation
from include.domain.prediction_set import Part, PredictionSet, Role
from include.domain.record import Record, digest
from include.domain.spec import ModelSpec
from include.quality.result import QualityResult
from include.serving.champion_choice import Chosen
from include.serving.chunks import ChunkedRows
from include.serving.golden_rows import check_golden_rows
from include.serving.pooled_rows import observe_pooled_rows
from include.serving.prediction_log import PredictionLog
from include.serving.prediction_rows import Stamp, class_name, prediction_rows
from include.serving.preparing import RowsToScore
from include.storage.code import fingerprint_of_code, fingerprint_of_environment
from include.storage.store import Store, key_of
from include.training.code_version import own_version
from include.training.fleet_model import FleetModel
from include.training.models import known_classes, load_model, predict, threshold_of
from include.training.tracking import accepted_dataset

ROWS_READ = "rows_read"
SCORED_ROWS = "scored_rows"
QUARANTINED_ROWS = "quarantined_rows"
REPEATED_IDS = "repeated_ids"
"""Observations of a set of predictions."""

Clock = Callable[[], datetime]
Load = Callable[[str, Sequence[str]], Any]


def bring_back(uri: str, trusted_types: Sequence[str]) -> Any:
    """Load a model as :func:`include.training.models.load_model` does."""
    return load_model(uri, trusted_types=trusted_types)


class Scored(Record):
    """A set of predictions, and whether it was there already.

    Parameters
    ----------
    predictions : PredictionSet
    reused : bool
    cause : str
        Why it was scored, or why not again.
    """

    predictions: PredictionSet
    reused: bool
    cause: str

    def in_short(self) -> dict[str, Any]:
        """Return what a listener wants to know, as plain JSON: model, window, set, version and counts."""
        made = self.predictions
        return {
            "model": made.model,
            "window": made.window.to_json(),
            "set": made.id,
            "version": made.version.version,
            "rows": made.rows,
            "quarantined": sum(dataset.rows for dataset in made.quarantined),
        }


def score_rows(
    spec: ModelSpec,
    chosen: Chosen,
    rows: RowsToScore,
    store: Store,
    *,
    run: str = "",
    role: Role = "champion",
    clock: Clock = lambda: datetime.now(UTC),
    told: Callable[[int, int], None] = lambda done, total: None,
    load: Load = bring_back,
) -> Scored:
    """Let a version answer about rows, and keep the answers as the set that counts for their window.

    What was answered by a process that was killed is taken over; what was answered whole is not answered again.

    Parameters
    ----------
    spec : ModelSpec
        Of :func:`include.serving.preparing.spec_to_score`.
    chosen : Chosen
    rows : RowsToScore
        Checked and cleaned.
    store : Store
    run : str
        DAG run, command or process that asks for it.
    role : {'champion', 'challenger'}
    clock : callable
        Tells the time that rows and manifest record.
    told : callable
        Told how many rows are done, of how many.
    load : callable
        Brings a model back by its address; who scores many windows need not load it for each.

    Raises
    ------
    SkewError
        Where the model does not answer about its golden rows as it did at training; nothing is scored then.
    DataError
        Where the model cannot answer.
    """
    log = PredictionLog(store, spec.name)
    set_id = _set_id(spec, chosen, rows, role)
    newest = log.newest(rows.window, role)
    if newest is not None and newest.id == set_id:
        cause = "the same rows were scored by the same version and code before"
        return Scored(predictions=newest, reused=True, cause=cause)
    earlier = log.find(set_id, rows.window, role)
    if earlier is not None:
        cause = f"scored before, and counts again: it replaces version {newest.version.version}" if newest else ""
        return Scored(predictions=log.show(earlier), reused=True, cause=cause)
    made = PredictionSet(
        model=spec.name,
        id=set_id,
        origin="batch",
        role=role,
        window=in_order(rows.window),
        version=chosen.version,
        rows=0,
        parts=(),
        snapshot=rows.snapshot,
        clean=rows.accepted,
        quarantined=tuple(found.quarantined for found in _checks(rows) if found.quarantined is not None),
        reports=tuple(found.docs.uri for found in _checks(rows)),
        ledger=chosen.ledger,
        chosen=chosen.why,
        run=run,
        commit=own_version().get("commit"),
        written_at=clock(),
    )
    made, seen = _answered(spec, made, rows, store, clock=clock, told=told, load=load)
    evidence = _evidence(made, rows, seen)
    shown = log.show(made.model_copy(update={"evidence": evidence, "written_at": clock()}))
    causes = f"the window was scored by version {newest.version.version} before" if newest else "not scored before"
    return Scored(predictions=shown, reused=False, cause=causes)


def _answered(
    spec: ModelSpec,
    made: PredictionSet,
    rows: RowsToScore,
    store: Store,
    *,
    clock: Clock,
    told: Callable[[int, int], None],
    load: Load,
) -> tuple[PredictionSet, list[Observation]]:
    clean, version = rows.accepted, made.version
    if clean is None:
        return made, []
    log = PredictionLog(store, spec.name)
    model = load(f"models:/{version.name}/{version.version}", spec.training.trusted_types)
    golden = check_golden_rows(spec, version, model, accepted_dataset(version.run_id, "raw"))
    path = store.local_copy(f"{key_of(store, clean.uri)}/data.parquet")
    chunked = ChunkedRows(spec, clean, path, spec.scoring.chunk_rows)
    snapshot = rows.snapshot.fingerprint if rows.snapshot else None
    parts: list[Part] = []
    done = 0
    for chunk in chunked:
        part = log.has_part(made.id, chunk.place)
        if part is None or part.rows != len(chunk.row_ids):
            said = predict(spec, model, chunk.frame)
            stamp = Stamp(version, "batch", made.role, clock(), snapshot)
            names = {"row_ids": chunk.row_ids, "event_times": chunk.event_times, "entities": chunk.entities}
            part = log.write_part(made.id, chunk.place, prediction_rows(said, stamp, **names))
        parts.append(part)
        done += part.rows
        told(done, chunked.rows)
    repeated = len(chunked.repeated)
    told_of = f"{repeated:,} rows have the id of a later row, which was scored" if repeated else ""
    update = {
        "parts": tuple(parts),
        "rows": done,
        "classes": tuple(class_name(label) for label in known_classes(spec, model)),
        "threshold": threshold_of(model),
    }
    seen = [golden, Observation(name=REPEATED_IDS, value=repeated, unit="count", n=clean.rows, detail=told_of)]
    if isinstance(model, FleetModel):
        seen.append(observe_pooled_rows(store, parts))
    return made.model_copy(update=update), seen


def _evidence(made: PredictionSet, rows: RowsToScore, seen: list[Observation]) -> Evidence:
    read = rows.snapshot.rows if rows.snapshot else 0
    aside = sum(dataset.rows for dataset in made.quarantined)
    counts = (
        Observation(name=ROWS_READ, value=read, unit="count", detail=rows.why_empty),
        Observation(name=SCORED_ROWS, value=made.rows, unit="count", n=read),
        Observation(name=QUARANTINED_ROWS, value=aside, unit="count", n=read, detail=_reasons(rows)),
    )
    return Evidence(subject=f"{made.model} predictions {made.id[:12]}", observations=(*counts, *seen))


def _reasons(rows: RowsToScore) -> str:
    found = [check.evidence.find("quarantined_share") for check in _checks(rows)]
    return "\n".join(observation.detail for observation in found if observation and observation.detail)


def _checks(rows: RowsToScore) -> tuple[QualityResult, ...]:
    return tuple(found for found in (rows.raw, rows.clean) if found is not None)


def _set_id(spec: ModelSpec, chosen: Chosen, rows: RowsToScore, role: Role) -> str:
    """Return the digest of all that the answers depend on, and of what decides in which files they lie."""
    parts: dict[str, Any] = {
        "window": in_order(rows.window).to_json(),
        "role": role,
        "version": chosen.version.to_json(),
        "snapshot": rows.snapshot.fingerprint if rows.snapshot else None,
        "clean": rows.accepted.fingerprint if rows.accepted else None,
        "columns": {"id": spec.data.id, "time": spec.data.time, "entity": spec.data.entity},
        "chunk_rows": spec.scoring.chunk_rows,
        "code": fingerprint_of_code("data", "serving", "training"),
        "environment": fingerprint_of_environment(),
    }
    return digest(parts)[:32]
