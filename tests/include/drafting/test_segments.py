from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import SpecError
from include.drafting.event_time import read_time
from include.drafting.periods import Period
from include.drafting.segments import Segments, look_at_segments
from tests.include.drafting.frames import columns, quarters


def seen(by: list[str], frame: pd.DataFrame | None = None, *, back: bool = True) -> Segments:
    known = columns(quarters() if frame is None else frame)
    moments = read_time(known["quarter"]).moments if back else None
    return look_at_segments(known, by, "trips", "quarter", moments)


def test_rows_are_divided_by_all_columns_together() -> None:
    found = seen(["region", "purpose"])
    assert found.described == "6 segments of 40 rows"
    assert found.period == Period("quarter", (1, 2, 4))
    assert seen(["region"]).period is None
    assert seen(["region", "purpose"], back=False).period is None


def test_what_is_the_same_in_every_row_of_a_segment_is_told() -> None:
    assert seen(["region", "purpose"]).within == ("state",)
    assert seen(["purpose"]).within == ()


def test_a_missing_value_makes_a_segment_too() -> None:
    frame = quarters()
    frame.loc[frame["region"] == "r1", "region"] = None
    assert len(seen(["region", "purpose"], frame).rows) == 6


def test_what_is_asked_of_a_segment_fits_the_rows_it_has() -> None:
    found = seen(["region", "purpose"])
    assert (found.typical_rows, found.trained_rows) == (40, 32)
    assert (found.rows_to_learn_from, found.rows_to_judge_by) == (20, 6)
    large = Segments(("a",), (5_000, 9_000), (), None)
    assert (large.rows_to_learn_from, large.rows_to_judge_by, large.are_small) == (100, 30, False)
    assert large.described == "2 segments of 5,000 to 9,000 rows"


def test_a_row_is_named_by_its_series_and_its_time() -> None:
    step = seen(["region", "purpose"]).naming_step('the "id"', "quarter")
    assert step["column"] == 'the "id"'
    assert step["expression"].count("coalesce") == 3


@pytest.mark.parametrize(
    ("by", "message"),
    [
        (["regio"], "segment-by: there is no column 'regio': did you mean 'region'?"),
        (["region", "region"], "segment-by: 'region' stands twice"),
        (["trips"], "segment-by: 'trips' is the target"),
        (["quarter"], "segment-by: 'quarter' is the event time"),
        (["row"], "segment-by: row have 240 different values in 240 rows: a segment needs rows to learn from"),
        (["country"], "segment-by: country have one value in all rows: there is nothing to divide"),
    ],
)
def test_columns_that_cannot_divide_rows_are_refused(by: list[str], message: str) -> None:
    frame = quarters().assign(row=[f"row {i}" for i in range(240)], country="x")
    with pytest.raises(SpecError, match=message.replace("?", r"\?")):
        seen(by, frame)


def test_the_note_says_when_a_lag_is_not_known_in_time() -> None:
    assert "trips_lag_1 is the trips of one quarter before" in seen(["region", "purpose"]).note("trips")
    assert "no regular series" in seen(["region"]).note("trips")


def a_series(**changed: Any) -> Segments:
    return Segments(**{"columns": ("a",), "rows": (40, 40), "within": (), "period": Period("year", (1, 2)), **changed})


def test_where_there_is_no_season_the_last_value_is_to_be_beaten() -> None:
    assert a_series().season_of("y") == "y_lag_1"
    assert a_series(period=Period("day", (1, 7))).season_of("y") == "y_lag_7"
    assert np.isfinite(a_series().typical_rows)
