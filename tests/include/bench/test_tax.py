from __future__ import annotations

from include.bench.tax import report_of

SLOTS = {"warm": {"slots": 32, "first_bytes": 477_000_000, "bytes": 698_000_000}}


def test_the_median_of_the_tiny_runs_and_the_ratio_of_the_large_one_count() -> None:
    seen = {"plain": {"tiny": [1.0, 2.0, 9.0], "large": [40.0]}, "warm": {"tiny": [5.0, 3.0, 4.0], "large": [50.0]}}
    report = report_of(seen, SLOTS, 1_000_000)
    assert report.broken == ()
    assert (report.figures["ratio"], report.figures["overhead_seconds"]) == (1.25, 2.0)
    assert report.tables[1].rows == (("warm", "32", "477", "698"),)


def test_a_tax_too_high_is_named() -> None:
    seen = {"plain": {"tiny": [1.0], "large": [40.0]}, "warm": {"tiny": [5.5], "large": [60.0]}}
    assert report_of(seen, SLOTS, 1_000_000).broken == (
        "Airflow takes 1.50 times as long at 1,000,000 rows",
        "Airflow adds 4.5 seconds to the tiny example",
    )
