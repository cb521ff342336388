from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from include.drafting.periods import Period, period_of


def series(frequency: str, rows: int = 200, count: int = 3) -> tuple[pd.Series, NDArray[np.int64]]:
    times = pd.date_range("2001-01-01", periods=rows, freq=frequency, tz="UTC")
    return pd.Series(list(times) * count).astype("datetime64[us, UTC]"), np.repeat(np.arange(count), rows)


@pytest.mark.parametrize(
    ("frequency", "period", "season"),
    [
        ("15min", Period("15 minutes", (1,)), 1),
        ("h", Period("hour", (1, 24)), 24),
        ("D", Period("day", (1, 7)), 7),
        ("2D", Period("2 days", (1,)), 1),
        ("7D", Period("week", (1, 52)), 52),
        ("MS", Period("month", (1, 2, 12)), 12),
        ("ME", Period("month", (1, 2, 12)), 12),
        ("2MS", Period("2 months", (1,)), 1),
        ("QS", Period("quarter", (1, 2, 4)), 4),
        ("QE", Period("quarter", (1, 2, 4)), 4),
        ("YS", Period("year", (1, 2)), 1),
    ],
)
def test_a_regular_series_is_looked_back_at_by_its_calendar(frequency: str, period: Period, season: int) -> None:
    found = period_of(*series(frequency))
    assert found == period
    assert found is not None
    assert found.season == season


def test_a_season_that_passed_twice_only_is_not_looked_back_at() -> None:
    assert period_of(*series("MS", rows=35)) == Period("month", (1, 2))
    assert period_of(*series("MS", rows=36)) == Period("month", (1, 2, 12))
    assert period_of(*series("QS", rows=5)) == Period("quarter", (1,))
    assert period_of(*series("15min", rows=3 * 96)) == Period("15 minutes", (1, 96))


def test_a_few_gaps_leave_a_series_regular() -> None:
    moments, codes = series("D")
    kept = np.arange(len(moments)) % 25 != 13
    assert period_of(moments[kept], codes[kept]) == Period("day", (1, 7))


def test_order_and_missing_times_do_not_matter() -> None:
    moments, codes = series("D")
    order = np.random.default_rng(1).permutation(len(moments))
    moments = moments.mask(np.arange(len(moments)) == 5)
    assert period_of(moments.iloc[order], codes[order]) == Period("day", (1, 7))


def test_rows_that_do_not_follow_each_other_are_no_series() -> None:
    moments, codes = series("D")
    twice = pd.concat([moments, moments.iloc[:1]])
    assert period_of(twice, np.append(codes, 0)) is None
    rng = np.random.default_rng(2)
    chance = moments + pd.Series(pd.to_timedelta(rng.integers(0, 10**6, len(moments)), unit="s").as_unit("us"))
    assert period_of(chance, codes) is None
    assert period_of(moments, np.arange(len(moments))) is None
