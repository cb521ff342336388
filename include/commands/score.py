"""`sluice score`: the champion scores the rows of a window once, without a scheduler."""

from __future__ import annotations

import time
from typing import Any, get_args

from include.commands.run import exit_code, watched
from include.commands.screen import complaints, console, print_json
from include.deployment.home import Home
from include.deployment.local_run import run_locally
from include.domain.errors import SluiceError
from include.domain.spec.scoring import Choice
from include.spec_files.reading import find_spec, read_spec


def score_model(home: Home, name: str, parameters: dict[str, Any], *, as_json: bool) -> int:
    """Run the scoring DAG of a model, show every step, and return the exit code.

    Returns
    -------
    int
        0 scored, 1 error.

    Raises
    ------
    SluiceError
        Where the champion is asked for in words that nobody knows.
    """
    read_spec(find_spec(home.specs, name))
    check_champion(parameters.get("champion"))
    home.create()
    log = home.logs / f"score-{name}-{time.strftime('%Y%m%dT%H%M%S')}.log"
    events = watched(run_locally(home, name, parameters, log, kind="scoring"), as_json=as_json)
    code = exit_code(events)
    done = next((event["result"] for event in events if event.get("task") == "score_rows" and "result" in event), None)
    if as_json:
        print_json({"exit_code": code, "log": str(log), "predictions": done})
    elif done:
        told = "reused" if done["reused"] else "scored"
        console.print(f"{told}: set {done['set']} of {done['rows']:,} predictions by version {done['version']}")
    elif code == 1:
        complaints.print(f"the whole log: {log}")
    return code


def check_champion(asked: str | None) -> None:
    """Check how the champion is asked for, before a process is started for it."""
    known = get_args(Choice)
    if asked is not None and asked not in known:
        raise SluiceError(f"--champion {asked}: expected {' or '.join(known)}")
