"""`sluice explain`: why a version became the champion, or why it did not, by the numbers that decided."""

from __future__ import annotations

from typing import Any

from include.commands.registry import open_registry
from include.commands.screen import STYLES, console, print_json, show_table
from include.deployment.home import Home
from include.deployment.pages import run_page
from include.domain.evidence import Evidence
from include.domain.gate import HOLDOUT_IN_CHALLENGER_TRAINING, HOLDOUT_IN_CHAMPION_TRAINING, decide
from include.domain.references import DatasetRef
from include.domain.verdict import Verdict
from include.registry.aliases import history
from include.registry.entry import LedgerEntry
from include.registry.judged_version import JudgedVersion, read_judged_version
from include.storage.store import Store
from include.training.tracking import (
    fleet_summary,
    logged_checks,
    logged_verdict,
    trained_dataset,
    trained_experiment,
    trained_spec,
)

_OVERLAPS = {"challenger": HOLDOUT_IN_CHALLENGER_TRAINING, "champion": HOLDOUT_IN_CHAMPION_TRAINING}


def explain_verdict(home: Home, named: str, *, as_json: bool) -> None:
    """Print every gate of a version with what was asked and seen, and what came of it.

    Parameters
    ----------
    home : Home
    named : str
        ``adult``, ``adult@3`` or ``adult@champion``.
    as_json : bool

    Raises
    ------
    RegistryError
        If there is no such version, or it was never judged.
    """
    model, _, which = named.partition("@")
    store = open_registry(home)
    explained = explanation(store, read_judged_version(model, which or None))
    if as_json:
        print_json(explained)
    else:
        _show(explained)


def explanation(store: Store, judged: JudgedVersion) -> dict[str, Any]:
    """Return all that is known of a verdict, as JSON."""
    version, run_id = judged.version, judged.version.run_id
    spec = trained_spec(run_id)
    checks = logged_checks(run_id)
    # The gates before training had no version to be stored with. They are pure: the same evidence decides the same.
    gates: list[tuple[str, Verdict, Evidence | None]] = [
        (f"{name} data", decide(spec.data_gate(), seen), seen) for name, seen in checks.items()
    ]
    gates += [("fleet", logged_verdict(run_id, "fleet"), None)] if spec.segment_by else []
    return {
        "model": version.name,
        "version": version.version,
        "aliases": list(judged.aliases),
        "outcome": judged.verdict.outcome,
        "consequence": consequence(judged, history(store, version.name)),
        "run_id": run_id,
        "run_page": run_page(trained_experiment(run_id), run_id),
        "snapshot": _snapshot(trained_dataset(run_id)),
        "overlap": {who: overlap(judged, name) for who, name in _OVERLAPS.items()},
        "segments": fleet_summary(run_id).as_lines(str(spec.baseline)) if spec.segment_by else [],
        "gates": [*(_gate(*gate) for gate in gates), _gate("model", judged.verdict, judged.evidence)],
    }


def consequence(judged: JudgedVersion, entries: list[LedgerEntry]) -> str:
    """Return what the verdict led to, by the ledger."""
    number = judged.version.version
    promoted = [e for e in entries if e.alias == "champion" and e.to_version == number]
    if promoted:
        last = promoted[-1]
        now = "is the champion" if "champion" in judged.aliases else "was the champion, and is no longer"
        return f"version {number} {now}: ledger entry {last.position}, {last.at:%Y-%m-%d %H:%M} UTC, by {last.actor}"
    if judged.verdict.passed:
        return f"version {number} passed and may become the champion; no ledger entry has made it one"
    return f"version {number} did not become the champion: the gate is {judged.verdict.outcome}"


def overlap(judged: JudgedVersion, name: str) -> str:
    """Return how many judged rows a model had seen in training: 0, or the verdict refused."""
    reason = next((reason for reason in judged.verdict.reasons if reason.requirement == name), None)
    if reason is None:
        return "not asked"
    seen = judged.evidence.find(name) if judged.evidence else None
    counted = reason.seen if seen is None or seen.value is None else f"{seen.value:,.0f} of {seen.n or 0:,} rows"
    return counted if reason.outcome == "passed" else f"refused: {counted}"


def _snapshot(dataset: DatasetRef) -> dict[str, Any]:
    return dataset.model_copy(update={"columns": ()}).to_json()


def _gate(name: str, verdict: Verdict, evidence: Evidence | None) -> dict[str, Any]:
    reasons = []
    for reason in verdict.reasons:
        seen = evidence.find(reason.requirement) if evidence else None
        numbers = seen.to_json() if seen else {}
        kept = {key: numbers.get(key) for key in ("value", "unit", "interval", "n")}
        reasons.append({**reason.to_json(), **kept})
    return {"gate": name, "outcome": verdict.outcome, "subject": verdict.subject, "reasons": reasons}


def _show(explained: dict[str, Any]) -> None:
    aliases = "".join(f" @{alias}" for alias in explained["aliases"])
    console.print(f"[bold]{explained['model']} version {explained['version']}{aliases}[/]")
    for gate in explained["gates"]:
        _show_gate(gate)
    for line in explained["segments"]:
        console.print(line, markup=False)
    snapshot = explained["snapshot"]
    lines = {
        "decided": explained["consequence"],
        "judged rows seen in the challenger's training": explained["overlap"]["challenger"],
        "judged rows seen in the champion's training": explained["overlap"]["champion"],
        "snapshot": f"{snapshot['fingerprint']} ({snapshot['rows']:,} rows from {snapshot['source']})",
        "run": explained["run_page"],
    }
    show_table("What it rests on", ("what", "answer"), list(lines.items()))


def _show_gate(gate: dict[str, Any]) -> None:
    columns = ("outcome", "requirement", "asked", "seen", "interval", "rows")
    rows = [(r["outcome"], r["requirement"], r["asked"], _seen(r), _interval(r), _rows(r)) for r in gate["reasons"]]
    show_table(f"{gate['gate']}: {gate['outcome']} for {gate['subject']}", columns, rows)
    for reason in gate["reasons"]:
        if reason["detail"]:
            style = "dim" if reason["outcome"] == "passed" else STYLES[reason["outcome"]]
            console.print(f"{reason['requirement']}: {reason['detail']}", style=style, markup=False)


def _seen(reason: dict[str, Any]) -> str:
    # Without the evidence there is only what the verdict says of it, in words.
    return str(reason["seen"]) if reason["value"] is None else f"{reason['value']:.6g} {reason['unit']}".rstrip()


def _interval(reason: dict[str, Any]) -> str:
    interval = reason["interval"]
    return "" if interval is None else f"{interval['low']:.6g} to {interval['high']:.6g}"


def _rows(reason: dict[str, Any]) -> str:
    return "" if reason["n"] is None else f"{reason['n']:,}"
