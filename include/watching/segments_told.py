"""Segments told: the segments of a window are compared, and the comparison kept as a table and a page."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq

from include.domain.evidence import Observation
from include.domain.record import digest
from include.domain.references import ReportRef, Window
from include.domain.spec import ModelSpec
from include.monitoring.shelf import window_key
from include.storage.store import Store
from include.watching.champion import Champion
from include.watching.segment_losses import losses_by_segment
from include.watching.segments_page import segments_page
from include.watching.segments_seen import SegmentsSeen, observe_segments
from include.watching.served import Served

SEGMENTS_REPORT = "segments"
"""Kind of the report about the segments of a fleet."""


def watch_segments(
    spec: ModelSpec, store: Store, window: Window, champion: Champion, served: Served
) -> tuple[tuple[Observation, ...], tuple[ReportRef, ...], tuple[str, ...]]:
    """Compare the segments of a window with themselves at the promotion.

    Parameters
    ----------
    spec : ModelSpec
        ``monitoring.report`` says when a page is made.
    store : Store
        Takes the table of all segments under ``monitoring/<model>/segments/``, and the page.
    window : Window
    champion : Champion
    served : Served
        Rows of the window, labelled or not.

    Returns
    -------
    tuple of Observation
        Nothing of a single model.
    tuple of ReportRef
    tuple of str
        Segments to train, where not all of them are.
    """
    if champion.by_segment is None:
        return (), (), ()
    now = losses_by_segment(champion.spec, served, loss=champion.by_segment.loss)
    seen = observe_segments(champion.spec, now, champion.by_segment)
    content = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(seen.table, preserve_index=False), content)
    store.put(table_key(spec.name, window), content.getvalue())
    return seen.observations, _page(spec, store, window, champion.version.version, seen), seen.worse


def table_key(model: str, window: Window) -> str:
    """Return the key of the table of all segments of a window."""
    return f"monitoring/{model}/segments/{window_key(window)}.parquet"


def _page(spec: ModelSpec, store: Store, window: Window, version: int, seen: SegmentsSeen) -> tuple[ReportRef, ...]:
    when = spec.monitoring.report
    if not len(seen.table) or when == "never" or (when == "on_alarm" and not (seen.table["verdict"] == "worse").any()):
        return ()
    page = segments_page(spec, window, version, seen, table=table_key(spec.name, window)).encode()
    name = f"{SEGMENTS_REPORT}-{digest([page.decode(), version])[:12]}.html"
    key = f"reports/monitoring/{spec.name}/{window_key(window)}/{name}"
    store.put_if_absent(key, page)
    return (ReportRef(kind=SEGMENTS_REPORT, uri=f"{store.uri}/{key}"),)
