from __future__ import annotations

from typing import Any

from include.bench.scoring import report_of

KILLED = {"parts_at_kill": 5, "parts": 10, "predictions": 1_000_000, "ids": 1_000_000}


def seen(peak: float) -> dict[int, Any]:
    """Return runs of two sizes; with the larger one scoring takes so many bytes."""
    run = {"seconds": 2.0, "peak_bytes": 2**28}
    steps = {step: [run] * 3 for step in ("prepare", "score", "naive")}
    return {250_000: steps, 1_000_000: {**steps, "score": [{**run, "peak_bytes": peak}] * 3}}


def test_rows_per_second_and_memory_stand_beside_the_naive_way() -> None:
    report = report_of(seen(2**28), KILLED)
    assert report.broken == ()
    assert report.tables[0].rows[-1] == ("1,000,000", "naive: one frame, pyfunc", "2.0", "500,000", "256 MB")


def test_memory_that_grows_with_the_rows_breaks_the_promise() -> None:
    assert report_of(seen(2**29), KILLED).broken == ("scoring took 2.00 times the memory for 4 times the rows",)


def test_an_id_that_is_missing_or_predicted_twice_breaks_the_promise() -> None:
    assert report_of(seen(2**28), {**KILLED, "ids": 999_999}).broken == (
        "1,000,000 predictions of 999,999 ids after the retry",
    )
