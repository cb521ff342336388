"""`sluice run`: one DAG run of a model without a scheduler, step by step."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from include.commands.screen import STYLES, complaints, console, print_json, show_verdict
from include.deployment.home import Home
from include.deployment.local_run import run_locally
from include.domain.spec import ModelSpec
from include.domain.verdict import Verdict
from include.spec_files.reading import find_spec, read_spec

REUSABLE = ("snapshot_data", "check_data", "clean_data", "check_clean_data", "train_model", "score_rows")


def run_model(home: Home, name: str, parameters: dict[str, Any], *, as_json: bool) -> int:
    """Run a model's training and promotion, show every step, and return the exit code.

    Returns
    -------
    int
        0 passed, 1 error, 3 a gate blocked, 4 inconclusive.
    """
    spec = read_spec(find_spec(home.specs, name))
    home.create()
    log = home.logs / f"run-{name}-{time.strftime('%Y%m%dT%H%M%S')}.log"
    events = watched(run_locally(home, name, parameters, log), as_json=as_json)
    code = exit_code(events)
    if not as_json and (advice := what_a_person_may_do(spec, code, parameters)):
        console.print(advice)
    if as_json:
        print_json({"model": name, "exit_code": code, "log": str(log), "steps": [e for e in events if _is_step(e)]})
    elif code == 1:
        complaints.print(f"the whole log: {log}")
    return code


def watched(happening: Iterable[dict[str, Any]], *, as_json: bool) -> list[dict[str, Any]]:
    """Show the steps of a run as they are done, unless a program reads along, and return all events."""
    events = []
    for event in happening:
        events.append(event)
        if not as_json:
            _show(event)
    return events


def what_a_person_may_do(spec: ModelSpec, code: int, parameters: dict[str, Any]) -> str | None:
    """Return what is left to a person, whom a local run cannot ask."""
    trigger = f"trigger the DAG {spec.name}.promotion in Airflow, and answer under Required Actions"
    if code == 0 and spec.promotion.by == "approval" and not parameters.get("dry_run"):
        return f"the gate has passed, and nothing is promoted without a person: {trigger}"
    if code == 4 and spec.promotion.override_inconclusive:
        return f"the gate could not tell, and a person may override that: {trigger}"
    return None


def exit_code(events: list[dict[str, Any]]) -> int:
    """Return the exit code that the events of a run ask for.

    Examples
    --------
    >>> exit_code([{"event": "step", "state": "failed", "exit_code": 3}, {"event": "end", "returncode": 0}])
    3
    """
    failed = [event["exit_code"] for event in events if event.get("state") == "failed" and "exit_code" in event]
    if failed:
        return int(failed[0])
    ended_well = events[-1].get("returncode") == 0
    runs = [event["state"] for event in events if event["event"] == "run"]
    return 0 if ended_well and runs and all(state == "success" for state in runs) else 1


def _is_step(event: dict[str, Any]) -> bool:
    return event["event"] == "step" and event["state"] != "running"


def _show(event: dict[str, Any]) -> None:
    if not _is_step(event):
        return
    result = _mapping(event.get("result"))
    state = "reused" if event["task"] in REUSABLE and result.get("reused") else event["state"]
    console.print(
        f"[{STYLES.get(state, '')}]{state:>8}[/] {event['task']:<18} {event['seconds']:6.1f} s  {_about(event)}"
    )
    for line in result.get("summary", ()):
        console.print(f"         {line}", markup=False)
    verdict = event.get("verdict") or (result if "reasons" in result else None)
    if verdict:
        show_verdict(Verdict.model_validate(verdict))
    elif event["state"] == "failed":
        complaints.print(event["message"], style="red", markup=False)


SKIPPED = {
    "read_challenger": "the challenger is the champion already: nothing to judge",
    "register_model": "dry run: nothing is registered",
}
"""Why a step had nothing to do."""


def _about(event: dict[str, Any]) -> str:
    if event["state"] == "skipped":
        return SKIPPED.get(event["task"], "")
    if event["task"] == "plan_segments":
        return f"{sum(c['segments'] for c in event['result']):,} segments in {len(event['result'])} chunks"
    result = _mapping(event.get("result"))
    if event["task"] == "read_champion":
        return f"version {result['chosen']['version']['version']} scores, {result['chosen']['why']}"
    if event["task"] == "snapshot_rows":
        taken = result["snapshot"]
        return f"{taken['rows']:,} rows; {taken['cause']}" if taken else f"nothing to score: {result['why_empty']}"
    if event["task"] == "score_rows":
        return f"{result['rows']:,} predictions, {result['quarantined']:,} rows set aside; {result['cause']}"
    if "fingerprint" in result and "rows" in result:
        return f"{result['rows']:,} rows, data {result['fingerprint'][:12]}; {result['cause']}"
    if "cause" in result:
        return str(result["cause"])
    if event["task"] == "register_model" and "version" in result:
        return f"version {result['version']} is the challenger"
    if event["task"] == "promote_model" and "to_version" in result:
        return f"version {result['to_version']} is the champion (ledger entry {result['position']})"
    return ""


def _mapping(result: Any) -> dict[str, Any]:
    """Return what a step returned by name; some return a list or a key of the store."""
    return result if isinstance(result, dict) else {}
