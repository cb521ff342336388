"""Fingerprints: what a step's result depends on, and why it has to run again.

A step depends on data, code, parameters and environment. Two equal fingerprints mean that the stored result stands.
"""

from __future__ import annotations

from typing import Any

from include.domain.record import Record, digest


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

    parts: dict[str, Any]

    @property
    def value(self) -> str:
        """SHA-256 over all parts."""
        return digest(self.parts)

    def causes(self, since: Fingerprint) -> list[str]:
        """Name every part that differs from an earlier fingerprint, with both values."""
        return _differences("", since.parts, self.parts)


def _differences(path: str, old: Any, new: Any) -> list[str]:
    if old == new:
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
