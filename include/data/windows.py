"""Windows: half-open stretches of event time, so that neighbours share no row and leave none out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from include.domain.errors import DataError
from include.domain.references import Window

ALWAYS = Window()
"""The window that holds every moment."""

_BOUNDS = ("window_start", "window_end")


def in_utc(moment: datetime) -> datetime:
    """Return the moment in UTC; one without a zone is UTC already.

    Examples
    --------
    >>> in_utc(datetime(2018, 1, 1)).isoformat()
    '2018-01-01T00:00:00+00:00'
    """
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def in_order(window: Window) -> Window:
    """Return the window with both sides in UTC.

    Raises
    ------
    DataError
        Where it ends before it starts.

    Examples
    --------
    >>> in_order(Window(start=datetime(2018, 2, 1), end=datetime(2018, 1, 1)))
    Traceback (most recent call last):
    include.domain.errors.DataError: the window ends (2018-01-01T00:00:00+00:00) before it starts ...
    """
    start, end = (bound if bound is None else in_utc(bound) for bound in (window.start, window.end))
    if start is not None and end is not None and end < start:
        raise DataError(
            f"the window ends ({end.isoformat()}) before it starts ({start.isoformat()}): exchange its two sides"
        )
    return Window(start=start, end=end)


def holds(window: Window, moment: datetime) -> bool:
    """Return whether ``start <= moment < end``.

    Examples
    --------
    >>> january = Window(start=datetime(2018, 1, 1), end=datetime(2018, 2, 1))
    >>> holds(january, datetime(2018, 1, 1)), holds(january, datetime(2018, 2, 1))
    (True, False)
    """
    ordered, at = in_order(window), in_utc(moment)
    return (ordered.start is None or ordered.start <= at) and (ordered.end is None or at < ordered.end)


def looking_back(window: Window, length: timedelta | None) -> Window:
    """Return the window that ends with this one and is `length` long; the same one where no length is given.

    A cron line gives an interval of no length; what a scheduled run reads is how far it looks back from the end.

    Raises
    ------
    DataError
        Where there is no end to look back from.

    Examples
    --------
    >>> looking_back(Window(end=datetime(2018, 2, 1)), timedelta(days=31)).start.isoformat()
    '2018-01-01T00:00:00+00:00'
    """
    ordered = in_order(window)
    if length is None:
        return ordered
    if ordered.end is None:
        raise DataError(
            "data.window looks back from the end of the run's window, and this run has none: give window_end"
        )
    return Window(start=ordered.end - length, end=ordered.end)


def filled(template: str, window: Window) -> str:
    """Return a path with ``{window_start:…}`` and ``{window_end:…}`` filled in (strftime formats, UTC).

    Raises
    ------
    DataError
        Where the run has no such bound, or the template names something else.

    Examples
    --------
    >>> filled("trips_{window_start:%Y-%m}.csv", Window(start=datetime(2018, 1, 1)))
    'trips_2018-01.csv'
    """
    if "{" not in template and "}" not in template:
        return template
    ordered = in_order(window)
    known = {
        name: value for name, value in zip(_BOUNDS, (ordered.start, ordered.end), strict=True) if value is not None
    }
    try:
        return template.format(**known)
    except KeyError as error:
        name = error.args[0]
        if name in _BOUNDS:
            raise DataError(
                f"path {template!r} asks for {name}, and this run has none: run it with a window, or write a fixed path"
            ) from error
        raise DataError(f"path {template!r}: {name!r} is unknown; expected {' or '.join(_BOUNDS)}") from error
    except (AttributeError, IndexError, ValueError) as error:
        raise DataError(
            f"path {template!r} cannot be filled in ({error}); expected for instance {{window_start:%Y-%m}}"
        ) from error
