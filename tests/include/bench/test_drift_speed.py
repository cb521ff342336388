from __future__ import annotations

import pytest

from include.bench.drift_speed import PRESET_ROWS, SIZES, preset_rows
from include.domain.errors import SluiceError


@pytest.mark.parametrize(("told", "rows"), [("", SIZES[-2]), ("1000000", 1_000_000)])
def test_the_preset_runs_on_a_million_rows_if_asked_to(told: str, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PRESET_ROWS, told)
    assert preset_rows() == rows


def test_rows_for_the_preset_that_are_no_number_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PRESET_ROWS, "1M")
    with pytest.raises(SluiceError, match="SLUICE_BENCH_PRESET_ROWS=1M: expected a number of rows"):
        preset_rows()
