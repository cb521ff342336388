"""Places: under which keys the log of predictions lies, so that a window's sets are found by their names alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from include.data.windows import in_order
from include.domain.prediction_set import Origin
from include.domain.references import Window

_FORMAT = "%Y%m%dT%H%M%S.%fZ"
_OPEN, _SEVERAL = "open", "several"
_A_MOMENT, _MANY_DAYS = timedelta(microseconds=1), timedelta(days=366)


def parts_prefix(model: str) -> str:
    """Return where the parts of a model's sets lie, in a folder for each set."""
    return f"predictions/{model}/parts/"


def shown_prefix(model: str, origin: Origin) -> str:
    """Return where the manifests of a model's sets lie, in a folder for each window."""
    return f"predictions/{model}/sets/{origin}/"


def window_text(window: Window) -> str:
    """Return a window as part of a key.

    Examples
    --------
    >>> window_text(Window(start=datetime(2018, 1, 1)))
    '20180101T000000.000000Z--open'
    """
    ordered = in_order(window)
    return "--".join(
        _OPEN if bound is None else bound.strftime(_FORMAT).zfill(23) for bound in (ordered.start, ordered.end)
    )


def window_of(text: str) -> Window:
    """Return the window that a part of a key names.

    Examples
    --------
    >>> window_of("20180101T000000.000000Z--open").start.isoformat()
    '2018-01-01T00:00:00+00:00'
    """
    start, _, end = text.partition("--")
    return Window(start=_moment(start), end=_moment(end))


def day_of(window: Window) -> str:
    """Return the folder for what the service answered about a window: its day, so that no folder grows without bound.

    Examples
    --------
    >>> day_of(Window(start=datetime(2018, 1, 1, 8), end=datetime(2018, 1, 2)))
    '20180101'
    >>> day_of(Window(start=datetime(2018, 1, 1, 8), end=datetime(2018, 1, 2, 8)))
    'several'
    """
    ordered = in_order(window)
    if ordered.start is None or ordered.end is None:
        return _OPEN
    last = max(ordered.start, ordered.end - _A_MOMENT)
    return _day(ordered.start) if ordered.start.date() == last.date() else _SEVERAL


def days_of(window: Window) -> list[str] | None:
    """Return all folders in which answers about a window may lie; None where those are as good as all."""
    ordered = in_order(window)
    if ordered.start is None or ordered.end is None or ordered.end - ordered.start > _MANY_DAYS:
        return None
    days = (ordered.end.date() - ordered.start.date()).days
    return [*(_day(ordered.start + timedelta(days=day)) for day in range(days + 1)), _OPEN, _SEVERAL]


def _day(moment: datetime) -> str:
    return moment.strftime("%Y%m%d").zfill(8)


def meets(one: Window, other: Window) -> bool:
    """Return whether two ordered windows have a moment in common; a window without length has its own moment.

    Examples
    --------
    >>> january = window_of("20180101T000000.000000Z--20180201T000000.000000Z")
    >>> meets(january, window_of("20180201T000000.000000Z--open"))
    False
    """
    return _begins_before(one, other) and _begins_before(other, one)


def _begins_before(one: Window, other: Window) -> bool:
    if one.start is None or other.end is None:
        return True
    return one.start < other.end or (one.start == one.end == other.end)


def _moment(text: str) -> datetime | None:
    return None if text == _OPEN else datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
