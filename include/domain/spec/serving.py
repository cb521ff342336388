"""The part of a spec that says how the prediction service treats a model: who may ask, how much, and who answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from include.domain.record import Record
from include.domain.spec.fields import Duration

VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]


class Canary(Record):
    """A share of the traffic that the challenger answers, always the same entities."""

    share: float = Field(gt=0, le=1, description="Of the entities (of the rows, where there is no entity)")


class ServingSpec(Record):
    """How ``sluice serve`` treats the model."""

    shadow: bool = Field(
        default=False, description="The challenger scores every row as well; the answers are the champion's"
    )
    canary: Canary | None = Field(default=None, description="A share of the traffic is answered by the challenger")
    api_keys: tuple[VariableName, ...] = Field(
        default=(), description="Names of environment variables, each with a key that opens the service"
    )
    buffer_rows: int = Field(
        default=5_000, ge=1, description="At most so many predictions wait to be logged; a kill loses no more"
    )
    buffer_seconds: float = Field(default=5, gt=0, le=3600, description="They are logged at least so often")
    max_rows: int = Field(default=1_000, ge=1, description="Of one request")
    max_bytes: int = Field(default=1_000_000, ge=1_000, description="Of the body of one request")
    timeout: Duration = Field(default="10s", description="Nobody waits longer for an answer", validate_default=True)

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        rows = self.max_rows * (2 if self.shadow else 1)
        if rows > self.buffer_rows:
            raise ValueError(
                f"buffer_rows: {self.buffer_rows} is less than one request may hold: {rows} (max_rows"
                f"{', twice because of shadow' if self.shadow else ''})"
            )
        if self.timeout <= timedelta(0):
            raise ValueError("timeout: nobody could be answered in no time")
        return self

    @property
    def asks_challenger(self) -> bool:
        """Whether the challenger is asked anything."""
        return self.shadow or self.canary is not None
