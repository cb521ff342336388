"""Brakes: what keeps monitoring from asking for training too often. Time is that of the windows; no clock is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from include.domain.spec.fields import format_duration
from include.domain.spec.retraining import RetrainingSpec


def brakes_that_hold(policy: RetrainingSpec, now: datetime, asked: Sequence[datetime]) -> tuple[str, ...]:
    """Return every brake that holds at a moment, in words and numbers.

    Parameters
    ----------
    policy : RetrainingSpec
    now : datetime
        End of the newest window.
    asked : sequence of datetime
        Moments of all requests that were made before.
    """
    found = []
    # One that was made at a later window counts as well: a window that is monitored again finds the brakes on.
    last = max(asked, default=None)
    if last is not None and now < last + policy.cooldown:
        until = last + policy.cooldown
        found.append(
            f"cooldown of {format_duration(policy.cooldown)} until {until:%Y-%m-%d %H:%M} UTC, the last request was at "
            f"{last:%Y-%m-%d %H:%M} UTC"
        )
    for word, length, limit in (("day", 1, policy.budget.day), ("week", 7, policy.budget.week)):
        made = sum(abs(now - at) < timedelta(days=length) for at in asked)
        if made >= limit:
            found.append(f"the budget of {limit} a {word} is spent: {made} in the {word} before {now:%Y-%m-%d %H:%M}")
    quiet = policy.quiet_hours
    if quiet is not None and quiet.holds(now):
        found.append(
            f"quiet hours from {quiet.start:%H:%M} to {quiet.end:%H:%M} {quiet.timezone}, and the window ends at "
            f"{now:%Y-%m-%d %H:%M} UTC"
        )
    return tuple(found)
