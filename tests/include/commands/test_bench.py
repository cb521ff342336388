from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from include.bench.report import Report, Told
from include.commands import bench
from include.domain.errors import SluiceError


def measure(told: Told, *, quick: bool = False) -> Report:
    told(1, 1, "measuring")
    return Report(promise="It holds.", method="", tables=(), figures={"quick": quick})


def measure_broken(told: Told, *, quick: bool = False) -> Report:
    return measure(told, quick=quick).model_copy(update={"broken": ("too slow",)})


@pytest.fixture(autouse=True)
def two_benches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "BENCHES", {"good": measure, "bad": measure_broken})


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text("# Benchmarks\n", encoding="utf-8")
    return path


def test_every_measurement_keeps_its_figures_and_a_broken_promise_is_an_exit_code(page: Path) -> None:
    assert bench.run_benches("good", quick=False, page=page, as_json=False) == 0
    assert bench.run_benches(None, quick=False, page=page, as_json=False) == 1
    text = page.read_text(encoding="utf-8")
    assert [text.count(f"## {name}\n") for name in ("good", "bad")] == [1, 1]


def test_a_quick_measurement_keeps_nothing(page: Path) -> None:
    assert bench.run_benches(None, quick=True, page=page, as_json=False) == 1
    assert page.read_text(encoding="utf-8") == "# Benchmarks\n"


def test_json_is_one_value_and_nothing_else(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench.run_benches(None, quick=False, page=page, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told == {"good": {"quick": False, "broken": []}, "bad": {"quick": False, "broken": ["too slow"]}}


def test_an_unknown_measurement_names_the_known_ones(page: Path) -> None:
    with pytest.raises(SluiceError, match="no measurement 'gut'; expected one of good, bad"):
        bench.run_benches("gut", quick=True, page=page, as_json=False)


def test_a_page_that_is_not_there_is_noticed_before_anything_is_measured(tmp_path: Path) -> None:
    with pytest.raises(SluiceError, match="--page"):
        bench.run_benches("good", quick=False, page=tmp_path / "absent.md", as_json=False)
    assert not (tmp_path / "absent.md").exists()


def test_a_measurement_that_is_told_to_stop_cleans_up(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cleaned = []

    def measure_for_ever(told: Told, *, quick: bool = False) -> Report:
        try:
            signal.raise_signal(signal.SIGTERM)
            return measure(told, quick=quick)
        finally:
            cleaned.append("servers")

    monkeypatch.setattr(bench, "BENCHES", {"long": measure_for_ever})
    with pytest.raises(KeyboardInterrupt):
        bench.run_benches("long", quick=False, page=page, as_json=False)
    assert cleaned == ["servers"]
    assert "## long" not in page.read_text(encoding="utf-8")
