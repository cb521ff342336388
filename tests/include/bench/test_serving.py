from __future__ import annotations

from include.bench.serving import Pressed, report_of

SLUICE, MLFLOW = "sluice serve", "mlflow models serve"


def test_a_service_that_is_fast_enough_keeps_its_promise() -> None:
    seen = {
        (MLFLOW, "trees", 8): [Pressed(100, 70, 120, 0)] * 3,
        (SLUICE, "trees", 8): [Pressed(600, 2, 9, 0), Pressed(1_800, 2, 9, 0), Pressed(1_700, 2, 9, 0)],
    }
    report = report_of(seen, differ=0)
    assert report.broken == ()
    assert report.figures["cells"][1]["ratio"] == 17


def test_a_slow_tail_few_requests_failures_and_other_answers_break_it() -> None:
    seen = {(MLFLOW, "trees", 1): [Pressed(100, 1, 5, 0)], (SLUICE, "trees", 1): [Pressed(590, 1, 6, 2)]}
    assert report_of(seen, differ=3).broken == (
        "HistGradientBoosting over 1 connections: 5.9 times as many requests",
        "HistGradientBoosting over 1 connections: a higher 99th percentile",
        "sluice serve, trees: 2 requests failed",
        "3 answers differ",
    )


def test_percentiles_are_of_single_requests() -> None:
    pressed = Pressed.of({"milliseconds": [1.0] * 99 + [101.0], "seconds": 2.0, "failed": {"503": 4}})
    assert (pressed.per_second, pressed.p50, pressed.failed) == (50, 1, 4)
    assert 1 < pressed.p99 < 101
