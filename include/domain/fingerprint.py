"""Fingerprints: what a step's result depends on, and why it has to run again.

A step depends on data, code, parameters and environment. Two equal fingerprints mean that the stored result stands.
"""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import AfterValidator

from include.domain.record import Record, canonical_json, digest


def _plain(value: Any) -> Any:
    """Spell a value as it comes back from JSON, or a part that never changed would seem to."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else f"{'-' if value < 0 else ''}Infinity"
    return value


CAUSES_SHOWN = 5


class Fingerprint(Record):
    """The named parts that the result of a step depends on.

    Parameters
    ----------
    parts : dict of str to JSON value
        ``{"data": …, "code": …, "parameters": …, "environment": …}``.

    Examples
    --------
    >>> old = Fingerprint(parts={"data": "a", "parameters": {"depth": 3}})
    >>> new = Fingerprint(parts={"data": "a", "parameters": {"depth": 4}})
    >>> new.causes(since=old)
    ['parameters.depth changed from 3 to 4']
    """

    parts: Annotated[dict[str, Any], AfterValidator(_plain)]

    @property
    def value(self) -> str:
        """SHA-256 over all parts."""
        return digest(self.parts)

    def causes(self, since: Fingerprint) -> list[str]:
        """Name every part that differs from an earlier fingerprint, with both values."""
        return _differences("", since.parts, self.parts)

    def cause(self, since: Fingerprint) -> str:
        """Return what differs from an earlier fingerprint on one line: the first of the causes, and how many more."""
        causes = self.causes(since)
        more = len(causes) - CAUSES_SHOWN
        return "; ".join(causes[:CAUSES_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _differences(path: str, old: Any, new: Any) -> list[str]:
    # As JSON, for that is what the fingerprint is made of: in Python 0, 0.0 and False are equal.
    if canonical_json(old) == canonical_json(new):
        return []
    if isinstance(old, dict) and isinstance(new, dict):
        found: list[str] = []
        for key in sorted(old.keys() | new.keys()):
            where = f"{path}.{key}" if path else str(key)
            if key not in old:
                found.append(f"{where} is new: {_short(new[key])}")
            elif key not in new:
                found.append(f"{where} is gone (was {_short(old[key])})")
            else:
                found += _differences(where, old[key], new[key])
        return found
    return [f"{path} changed from {_short(old)} to {_short(new)}"]


def _short(value: Any) -> str:
    text = str(value)
    if len(text) == 64 and all(c in "0123456789abcdef" for c in text):
        return text[:12]
    return text if len(text) <= 60 else f"{text[:57]}…"
