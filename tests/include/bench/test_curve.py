from __future__ import annotations

from pathlib import Path

from include.bench.curve import Curve, draw_curves


def test_the_same_figures_make_the_same_picture(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        draw_curves(tmp_path / name, "checks", [Curve("here", [1, 10], [0.1, 1.0]), Curve("absent", [], [])])
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert ">here<" in (tmp_path / "a.svg").read_text()
    assert "absent" not in (tmp_path / "a.svg").read_text()
