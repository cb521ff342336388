from __future__ import annotations

from include.bench.parse import report_of
from include.bench.parse_loop import Round


def test_the_seconds_stand_beside_those_of_bare_dags() -> None:
    report = report_of(200, 3.0, 2.0, {"dags": 400, "heavy": [], "errors": []}, (1_000, Round(12.0, 60.0)))
    assert report.figures["ratio"] == 1.5
    assert [row[2] for row in report.tables[0].rows] == ["3.00", "2.00"]
    assert report.broken == ()


def test_a_heavy_library_and_a_file_that_does_not_parse_break_the_promise() -> None:
    seen = {"dags": 400, "heavy": ["pandas"], "errors": ["training.py"]}
    report = report_of(200, 3.0, 2.0, seen, (1_000, Round(12.0, 60.0)))
    assert report.broken == ("pandas is loaded", "a DAG file does not parse: training.py")


def test_slow_parsing_and_a_processor_that_falls_behind_break_the_promise() -> None:
    report = report_of(200, 6.0, 2.0, {"dags": 400, "heavy": [], "errors": []}, (1_000, Round(61.0, 60.0)))
    assert report.broken == ("200 specs take 6.0 seconds", "the DAG processor takes 61 seconds to come round")
