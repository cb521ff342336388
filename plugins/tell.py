"""Tells of what happened outside of any DAG run, through Airflow's connections.

Started by `sluice rollback` as ``python -m plugins.tell`` with a notice and whom to tell on standard input.
"""

from __future__ import annotations

import json
import logging
import sys

from include.domain.notice import Notice
from include.domain.spec import NotifySpec
from plugins.delivery import deliver


def main() -> None:
    """Deliver one notice."""
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    request = json.load(sys.stdin)
    deliver(Notice.model_validate(request["notice"]), NotifySpec.model_validate(request["to"]))


if __name__ == "__main__":
    main()
