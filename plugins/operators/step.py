"""A step of a model's pipeline: what all operators that work for one spec share."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowTaskTimeout

from include.domain.spec import ModelSpec
from plugins.hooks.house import HouseHook


class StepOperator(BaseOperator):
    """A step in the pipeline of one model.

    :param spec: The model's spec.
    """

    def __init__(self, *, spec: ModelSpec, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.spec = spec

    @property
    def house(self) -> HouseHook:
        """The stores and sources this step works on."""
        return HouseHook()

    def on_kill(self) -> None:
        """Stop where the work stands, with everything put away that ``with`` and ``finally`` put away.

        Left to itself, Airflow lets a task go on for five seconds after SIGTERM, and then kills it.
        """
        if not isinstance(sys.exc_info()[1], AirflowTaskTimeout):
            raise SystemExit("the task was told to stop")

    def say(self, cause: str, *, reused: bool) -> None:
        """Log whether the step's result was computed or reused, and why."""
        self.log.info("%s: %s", "reused" if reused else "computed", cause)


def asks(context: Mapping[str, Any], parameter: str) -> Any:
    """Return what the run's form says for a parameter, or None."""
    return (context.get("params") or {}).get(parameter)
