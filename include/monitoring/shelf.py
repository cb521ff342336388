"""The shelf of monitored windows: every look at a window is kept, and the newest of each counts."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

import pyarrow as pa
import pyarrow.parquet as pq

from include.domain.monitored import MonitoredWindow
from include.domain.references import Window
from include.storage.store import Store

_RECORD = re.compile(r"windows/(?P<window>[^/]+)/(?P<number>\d{6})\.json$")

SERIES = pa.schema(
    [
        ("model", pa.string()),
        ("window_start", pa.timestamp("us", "UTC")),
        ("window_end", pa.timestamp("us", "UTC")),
        ("name", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("unit", pa.string()),
        ("n", pa.int64()),
        ("concern", pa.string()),
        ("verdict", pa.string()),
        ("model_version", pa.int64()),
        ("run", pa.string()),
        ("snapshot", pa.string()),
    ]
)
"""One row a window and observation; ``concern`` and ``verdict`` are null where no gate asked for it."""


def keep_window(store: Store, seen: MonitoredWindow) -> str:
    """Keep a look at a window, and let the series show it; the same look twice is kept once.

    Parameters
    ----------
    store : Store
    seen : MonitoredWindow

    Returns
    -------
    str
        Key of the record, ``monitoring/<model>/windows/<window>/<number>.json``.
    """
    folder = f"monitoring/{seen.model}/windows/{window_key(seen.window)}"
    content = seen.model_dump_json().encode()
    key = ""
    while not key:
        taken = store.keys(f"{folder}/")
        if taken and store.read(taken[-1]) == content:
            key = taken[-1]
        elif store.put_if_absent(wanted := f"{folder}/{len(taken) + 1:06}.json", content):
            key = wanted
    # Also where the record was there: whoever kept it may have been killed before this line.
    store.put(f"monitoring/{seen.model}/series/{window_key(seen.window)}.parquet", _as_parquet([seen]))
    return key


def monitored_windows(store: Store, model: str) -> tuple[MonitoredWindow, ...]:
    """Return the newest look at every window of a model, in the order of the windows.

    Parameters
    ----------
    store : Store
    model : str
    """
    newest: dict[str, str] = {}
    for key in store.keys(f"monitoring/{model}/windows/"):
        if found := _RECORD.search(key):
            newest[found["window"]] = key
    seen = (_parsed(store.read(key)) for key in newest.values())
    return tuple(sorted(seen, key=lambda one: (one.start, one.end)))


def looks_at(store: Store, model: str, window: Window) -> tuple[MonitoredWindow, ...]:
    """Return every look at one window, the oldest first."""
    keys = store.keys(f"monitoring/{model}/windows/{window_key(window)}/")
    return tuple(_parsed(store.read(key)) for key in keys)


@lru_cache(maxsize=512)
def _parsed(content: bytes) -> MonitoredWindow:
    """Return a record; all of them are read again and again in a run, and none ever changes."""
    return MonitoredWindow.model_validate_json(content)


def read_series(store: Store, model: str) -> pa.Table:
    """Return the series of a model: one row a window and observation, as :data:`SERIES` names the columns."""
    parts = [pq.read_table(io.BytesIO(store.read(key))) for key in store.keys(f"monitoring/{model}/series/")]
    return pa.concat_tables(parts) if parts else SERIES.empty_table()


def window_key(window: Window) -> str:
    """Return a window as keys spell it; they sort as the windows do.

    Examples
    --------
    >>> window_key(Window(start=datetime(2018, 8, 1, tzinfo=UTC), end=datetime(2018, 9, 1, tzinfo=UTC)))
    '20180801T000000Z-20180901T000000Z'
    """
    return "-".join(_spelled(moment) if moment else "open" for moment in (window.start, window.end))


def _spelled(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc:%Y%m%dT%H%M%S}{f'.{utc.microsecond:06}' if utc.microsecond else ''}Z"


def _as_parquet(windows: Sequence[MonitoredWindow]) -> bytes:
    rows = [row for seen in windows for row in _rows(seen)]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=SERIES), buffer)
    return buffer.getvalue()


def _rows(seen: MonitoredWindow) -> list[dict[str, object]]:
    judged = {r.requirement: (verdict.gate, r.outcome) for verdict in seen.verdicts for r in verdict.reasons}
    rows: list[dict[str, object]] = []
    for observation in seen.evidence.observations:
        concern, outcome = judged.get(observation.name, (None, None))
        bounds = observation.interval
        rows.append(
            {
                "model": seen.model,
                "window_start": seen.start,
                "window_end": seen.end,
                "name": observation.name,
                "value": observation.value,
                "low": bounds.low if bounds else None,
                "high": bounds.high if bounds else None,
                "unit": observation.unit,
                "n": observation.n,
                "concern": concern,
                "verdict": outcome,
                "model_version": seen.version.version if seen.version else None,
                "run": seen.version.run_id if seen.version else None,
                "snapshot": seen.snapshot,
            }
        )
    return rows
