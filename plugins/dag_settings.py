"""What every DAG of a model has in common: its owner, tags, retries and limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from include.domain.spec import ModelSpec
from plugins.exceptions import SLUICE_RETRIES
from plugins.notifiers import FailureNotifier
from plugins.task_process import settle_in


def dag_settings(spec: ModelSpec, kind: str) -> dict[str, Any]:
    """Return the arguments of the DAG ``<model>.<kind>``."""
    return {
        "dag_id": f"{spec.name}.{kind}",
        "description": spec.description.strip().split("\n")[0] or f"{kind} of {spec.name}",
        "doc_md": f"# {spec.name}: {kind}\n\n{spec.description}\n\nOwner: {spec.owner}. "
        f"Everything about this model is decided in `include/specs/{spec.name}.yaml`.",
        "tags": ["sluice", kind, *spec.tags],
        "catchup": False,
        "max_active_runs": 1,
        "dagrun_timeout": _limit(spec, kind),
        "default_args": {
            "owner": spec.owner,
            "retries": spec.retries.attempts,
            "retry_delay": spec.retries.delay,
            "retry_exponential_backoff": True,
            "retry_policy": SLUICE_RETRIES,
            "execution_timeout": spec.timeouts.step,
            "pre_execute": settle_in,
            "on_failure_callback": FailureNotifier(spec),
        },
    }


def _limit(spec: ModelSpec, kind: str) -> timedelta:
    """Return how long a run may take: whoever is asked has the time for it beside that of the work."""
    waits = kind == "promotion" and spec.promotion.may_ask
    return spec.timeouts.run + spec.promotion.timeout if waits else spec.timeouts.run
