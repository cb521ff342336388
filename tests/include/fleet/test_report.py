from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from include.fleet.report import write_report, write_table
from tests.include.fleet.results import a_member, a_result
from tests.specs import a_spec

SPEC = a_spec(segment_by="region")


def test_every_segment_has_a_line_in_the_table(tmp_path: Path) -> None:
    results = [a_result("north", member=a_member()), a_result("south", outcome="failed", improvement=None)]
    write_table(results, tmp_path / "segments.csv")
    table = pd.read_csv(tmp_path / "segments.csv")
    assert table["segment"].tolist() == ["north", "south"]
    assert table["outcome"].tolist() == ["passed", "failed"]
    assert table["improvement"].isna().tolist() == [False, True]


def test_the_page_is_as_long_for_a_hundred_segments_as_for_thousands(tmp_path: Path) -> None:
    for name, count in (("hundred", 100), ("thousands", 5_000)):
        write_report(SPEC, [a_result(f"s{number:05d}") for number in range(count)], tmp_path / name)
    hundred, thousands = ((tmp_path / name).stat().st_size for name in ("hundred", "thousands"))
    assert thousands < hundred + 500


def test_what_data_say_is_escaped(tmp_path: Path) -> None:
    write_report(SPEC, [a_result("<script>alert(1)</script>")], tmp_path / "page")
    assert "<script>" not in (tmp_path / "page").read_text(encoding="utf-8")


@pytest.mark.parametrize(("improvement", "mark"), [(1.0, "bar"), (-1.0, "lost")])
def test_losses_have_another_colour_in_the_picture(tmp_path: Path, improvement: float, mark: str) -> None:
    write_report(SPEC, [a_result(improvement=improvement)], tmp_path / "page")
    told = (tmp_path / "page").read_text(encoding="utf-8")
    tallest = next(line for line in told.splitlines() if "<rect" in line and 'height="190' in line)
    assert f'class="{mark}"' in tallest


def test_without_a_comparison_there_is_no_picture(tmp_path: Path) -> None:
    write_report(SPEC, [a_result(improvement=None, outcome="too_small")], tmp_path / "page")
    assert "<svg" not in (tmp_path / "page").read_text(encoding="utf-8")
