from __future__ import annotations

from include.bench.tracking import report_of


def test_few_fast_requests_keep_the_promise() -> None:
    report = report_of([{"seconds": 0.4, "calls": 15}] * 3, [{"seconds": 8.0, "calls": 84}])
    assert report.broken == ()
    assert report.figures["times_faster"] == 20.0


def test_slow_requests_and_a_varying_number_of_them_break_it() -> None:
    report = report_of([{"seconds": 1.0, "calls": 15}, {"seconds": 1.0, "calls": 16}], [{"seconds": 8.0, "calls": 84}])
    assert report.broken == ("only 8.0 times faster", "the number of requests varies: [15, 16]")
