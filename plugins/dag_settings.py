"""What every DAG of a model has in common: its owner, tags, retries and limits."""

from __future__ import annotations

from typing import Any

from include.domain.spec import ModelSpec
from plugins.exceptions import SLUICE_RETRIES


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
        "dagrun_timeout": spec.timeouts.run,
        "default_args": {
            "owner": spec.owner,
            "retries": spec.retries.attempts,
            "retry_delay": spec.retries.delay,
            "retry_exponential_backoff": True,
            "retry_policy": SLUICE_RETRIES,
            "execution_timeout": spec.timeouts.step,
        },
    }
