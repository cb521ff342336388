"""Brakes: what keeps monitoring from asking for training too often. Time is that of the windows; no clock is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from include.domain.spec.fields import format_duration
from include.domain.spec.retraining import RetrainingSpec

GROWN = 1.5
"""By how much what came since a change has to have grown before a training that failed on less of it is asked again."""


def brakes_that_hold(
    policy: RetrainingSpec, now: datetime, asked: Sequence[datetime], *, in_vain_since: datetime | None = None
) -> tuple[str, ...]:
    """Return every brake that holds at a moment, in words and numbers.

    Parameters
    ----------
    policy : RetrainingSpec
    now : datetime
        End of the newest window.
    asked : sequence of datetime
        Moments of all requests that were made before.
    in_vain_since : datetime, optional
        Begin of the change that the last of them learned from, if it brought no new champion. It had too few rows: on
        the same ones it would fail again, on half as many more it may not, and waiting longer costs quality.

    Examples
    --------
    >>> from datetime import UTC
    >>> day = [datetime(2026, 1, number, tzinfo=UTC) for number in range(1, 9)]
    >>> policy = RetrainingSpec(cooldown="7d")
    >>> [bool(brakes_that_hold(policy, day[6], [day[4]], in_vain_since=since)) for since in (None, day[0])]
    [True, False]
    """
    found = []
    # One that was made at a later window counts as well: a window that is monitored again finds the brakes on.
    last = max(asked, default=None)
    if last is not None and now < (until := _until(policy, last, in_vain_since)):
        brake = f"cooldown of {format_duration(policy.cooldown)}"
        if until < last + policy.cooldown:
            brake = "the last request brought no new champion, and too little more has come since the change:"
        found.append(f"{brake} until {until:%Y-%m-%d %H:%M} UTC, the last request was at {last:%Y-%m-%d %H:%M} UTC")
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


def _until(policy: RetrainingSpec, last: datetime, in_vain_since: datetime | None) -> datetime:
    cooled = last + policy.cooldown
    return cooled if in_vain_since is None else min(cooled, in_vain_since + GROWN * (last - in_vain_since))
