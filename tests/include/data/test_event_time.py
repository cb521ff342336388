# Moments without a zone are UTC in this room, and are written without one on purpose.
# ruff: noqa: DTZ001

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.domain.errors import DataError
from include.domain.references import Window
from include.storage.store import Store
from tests.include.data.given import spec_over, written

JANUARY = Window(start=datetime(2018, 1, 1), end=datetime(2018, 2, 1))


@pytest.mark.parametrize(
    ("values", "cleaning"),
    [
        (["2018-01-31", "2018-02-01"], []),
        (["2018-01-31T23:59:59Z", "2018-02-01T01:00:00+01:00"], []),
        (["31.01.2018", "01.02.2018"], [{"do": "parse_date", "columns": ["t"], "format": "%d.%m.%Y"}]),
        (["2017 Q4", "2018 Q1", "2018 Q2"][1:], [{"do": "parse_date", "columns": ["t"], "format": "%Y Q%q"}]),
    ],
)
def test_the_time_of_a_raw_row_is_the_one_that_cleaning_would_read(
    here: Path, store: Store, values: list[str], cleaning: list[dict]
) -> None:
    written(here / "x.csv", "y,t\n" + "".join(f"{number},{value}\n" for number, value in enumerate(values)))
    spec = spec_over("x.csv", time="t", cleaning=cleaning)
    assert read_frame(take_snapshot(spec, store, window=JANUARY), store)["y"].tolist() == [0]


def test_the_time_may_be_made_by_a_formula(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,seconds\n0,1514764800\n1,1517443200\n")
    cleaning = [{"do": "derive", "column": "t", "expression": "make_timestamp(seconds * 1000000)"}]
    dataset = take_snapshot(spec_over("x.csv", time="t", cleaning=cleaning), store, window=JANUARY)
    assert dataset.time is None
    assert read_frame(dataset, store)["y"].tolist() == [0]
    assert dataset.time_range is not None
    assert dataset.time_range[0].isoformat() == "2018-01-01T00:00:00+00:00"


def test_a_window_over_text_that_nothing_reads_is_refused(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,t\n1,January\n")
    with pytest.raises(DataError, match=r"data.time 't' is no time at the source: write data.types: \{t: timestamp\}"):
        take_snapshot(spec_over("x.csv", time="t"), store, window=JANUARY)
