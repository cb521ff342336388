"""Records: the frozen values that flow through the house as plain JSON."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen value; unknown keys are refused, and JSON brings back what it was given (NaN and infinity too)."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings", validate_default=True)

    def to_json(self) -> dict[str, Any]:
        """Return the plain JSON that travels through XCom, tags and files."""
        return json.loads(self.model_dump_json())


def digest(value: Any) -> str:
    """Return the SHA-256 of a JSON value, the same for the same content whatever the order of its keys.

    Examples
    --------
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def canonical_json(value: Any) -> str:
    """Return the one spelling of a JSON value: sorted keys, no spaces, UTF-8.

    Examples
    --------
    >>> canonical_json({"b": 2, "a": "é"})
    '{"a":"é","b":2}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
