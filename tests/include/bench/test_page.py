from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.bench.page import write_section
from include.bench.report import Report, Table
from include.domain.errors import SluiceError

AT = datetime(2026, 5, 4, 3, 2, tzinfo=UTC)
TABLE = Table(title="Rates", columns=("a|b", "rate"), rows=(("x", "5 %"),))


def a_report(promise: str = "It holds.", **more: object) -> Report:
    return Report.model_validate(
        {"promise": promise, "method": "By hand.", "tables": [TABLE], "figures": {}, "seed": 7, **more}
    )


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "benchmarks.md"
    path.write_text("# Benchmarks\n\n<!-- measured: gate -->\n<!-- end -->\n\nBetween.\n", encoding="utf-8")
    return path


def test_a_measurement_writes_its_own_section_and_no_other(page: Path) -> None:
    write_section(page, "gate", a_report(), AT, seconds=61.4)
    write_section(page, "fleet", a_report("Many fit."), AT, seconds=5)
    first = page.read_text(encoding="utf-8")
    write_section(page, "gate", a_report("It held again."), AT, seconds=3)
    text = page.read_text(encoding="utf-8")
    assert text.count("It held again. Kept.") == 1
    assert "It holds." not in text
    assert text.partition("Between.")[2] == first.partition("Between.")[2]
    assert "Many fit. Kept." in text
    assert text.startswith("# Benchmarks\n\n<!-- measured: gate -->\n## gate\n")


def test_a_section_says_where_when_and_by_which_seed_it_was_measured(page: Path) -> None:
    write_section(page, "gate", a_report(), AT, seconds=61.4)
    (origin,) = [
        line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("`sluice bench gate`")
    ]
    for told in ("cores", "Python 3.11", "version ", "seed 7", "2026-05-04", "61 seconds"):
        assert told in origin


def test_a_broken_promise_is_named_where_the_promise_stands(page: Path) -> None:
    write_section(page, "gate", a_report(broken=["roc_auc: 7 %"]), AT, seconds=1)
    text = page.read_text(encoding="utf-8")
    assert "It holds. Not kept: roc_auc: 7 %." in text
    assert "Kept." not in text


def test_cells_keep_their_bars_from_the_table(page: Path) -> None:
    write_section(page, "gate", a_report(), AT, seconds=1)
    assert "| a\\|b | rate |" in page.read_text(encoding="utf-8")


def test_no_page_is_made_up(tmp_path: Path) -> None:
    with pytest.raises(SluiceError, match="no page"):
        write_section(tmp_path / "absent.md", "gate", a_report(), AT, seconds=1)
