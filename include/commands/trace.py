"""`sluice trace`: where a prediction comes from, down to the snapshot, the verdict and the commit."""

from __future__ import annotations

from collections.abc import Iterator

from include.commands.registry import open_registry
from include.commands.screen import print_json, show_table
from include.deployment.home import Home
from include.deployment.pages import run_page, version_page
from include.domain.references import DatasetRef
from include.serving.tracing import TracedPrediction, trace_row

_WHO = {"member": "the model of its segment", "pooled": "the pooled model of all segments"}


def trace_prediction(home: Home, name: str, row_id: str, *, as_json: bool) -> None:
    """Print every prediction about a row with what it rests on.

    Raises
    ------
    DataError
        Where no such row was scored.
    """
    traced = trace_row(open_registry(home), name, row_id)
    if as_json:
        print_json([one.to_json() for one in traced])
        return
    for one in traced:
        show_table(f"{name}, row {row_id}, {one.predictions.role}", ("what", "", "where"), list(lines(one)))


def lines(traced: TracedPrediction) -> Iterator[tuple[str, str, str]]:
    """Yield what a prediction rests on: what it is, what it was, and where to look it up."""
    made, row = traced.predictions, traced.row
    version = made.version
    probability = "" if row["probability"] is None else f", probability {row['probability']:.6g}"
    yield "prediction", f"{row['prediction']}{probability}, given {row['scored_at']} by {made.origin}", traced.part
    if row.get("served_by"):
        yield "answered by", _WHO[row["served_by"]], ""
    window = f"[{made.window.start or '…'}, {made.window.end or '…'})"
    yield "set", f"{made.id}: {made.rows:,} predictions, window {window}", made.run
    yield "version", f"{version.version}, {made.chosen}", version_page(version.name, version.version)
    yield "MLflow run", version.run_id, run_page(traced.experiment_id, version.run_id)
    yield from _snapshot("trained on", traced.trained_clean)
    yield from _snapshot("which was read as", traced.trained_raw)
    yield from _snapshot("scored from", made.clean)
    yield from _snapshot("which was read as", made.snapshot)
    for dataset in made.quarantined:
        yield from _snapshot("rows set aside", dataset)
    for seen in made.evidence.observations if made.evidence else ():
        yield f"check {seen.name}", f"{seen.value:g}" if seen.value is not None else "unknown", seen.detail
    for report in made.reports:
        yield "checks of the data", "", report
    if traced.verdict is not None:
        yield "verdict", f"{traced.verdict.outcome}, gate {traced.verdict.gate}", traced.verdict.subject
    if traced.entry is not None and traced.entry_key is not None:
        entry = traced.entry
        yield (
            "ledger",
            f"{entry.action} by {entry.actor} at {entry.at:%Y-%m-%d %H:%M} UTC: {entry.reason}",
            traced.entry_key,
        )
    yield "commit that trained", traced.trained_commit or "unknown", ""
    yield "commit that scored", made.commit or "unknown", ""


def _snapshot(what: str, dataset: DatasetRef | None) -> Iterator[tuple[str, str, str]]:
    if dataset is not None:
        yield what, f"{dataset.fingerprint[:12]}, {dataset.rows:,} rows of {dataset.source}", dataset.uri
