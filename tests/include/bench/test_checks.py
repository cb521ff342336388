from __future__ import annotations

from typing import Any

from include.bench.checks import report_of


def _run(way: str, seconds: float, *, rows: int = 10_000_000, peak: float = 1e9, failed: int = 3) -> dict[str, Any]:
    return {"way": way, "rows": rows, "seconds": seconds, "peak_bytes": peak, "seen": {"a": [False, failed]}}


def test_a_fast_check_that_says_the_same_keeps_the_promise() -> None:
    report = report_of([_run("here", 3), _run("here", 2), _run("here", 1), _run("by hand", 1), _run("pandas", 40)])
    assert report.broken == ()
    assert report.figures["sizes"][0]["here"]["seconds"] == 2
    assert [row[3] for row in report.tables[0].rows] == ["1.00", "0.50", "20.00"]


def test_pandas_need_not_be_asked_at_every_size() -> None:
    report = report_of([_run("here", 3), _run("by hand", 1)])
    assert report.broken == ()
    assert report.figures["sizes"][0]["pandas"] is None


def test_whatever_is_not_kept_is_named() -> None:
    report = report_of([_run("here", 5, peak=3e9, failed=4), _run("by hand", 1), _run("pandas", 40)])
    assert report.broken == (
        "10,000,000 rows take 5.0 times as long as SQL by hand",
        "10,000,000 rows take 3.0 GB",
        "10,000,000 rows are checked only 8.0 times faster than on pandas",
        "10,000,000 rows: pandas says otherwise of a",
    )
