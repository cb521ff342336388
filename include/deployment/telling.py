"""Telling: a notice from outside of Airflow goes through Airflow's connections, in a process that has them."""

from __future__ import annotations

import json
import subprocess
import sys

from include.deployment.airflow_settings import airflow_environment
from include.deployment.home import Home
from include.deployment.ports import Ports
from include.domain.notice import Notice
from include.domain.spec import NotifySpec

PATIENCE_SECONDS = 60.0


def tell(home: Home, notice: Notice, to: NotifySpec) -> str:
    """Deliver a notice and return what became of it; a failure is said, never raised.

    Parameters
    ----------
    home : Home
        Installation whose Airflow holds the connections.
    notice : Notice
    to : NotifySpec

    Returns
    -------
    str
        Empty where the spec names nobody for such an event.
    """
    if notice.event not in to.on or not to.reaches_somebody:
        return ""
    # Connections lie in Airflow's database; it shows them to processes that say they are servers, as tasks are not.
    environment = {
        **airflow_environment(home, Ports.from_environment()),
        "_AIRFLOW_PROCESS_CONTEXT": "server",
    }
    request = json.dumps({"notice": notice.to_json(), "to": to.to_json()})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "plugins.tell"],
            input=request,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"nobody was told: {error}"
    told = [line for line in done.stdout.splitlines() if " the notice" in line]
    return "\n".join(told) or f"nobody was told: {done.stderr.strip()[-300:]}"
