"""Curves: what something costs against how much of it there is, as one picture on the page of figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Curve(NamedTuple):
    """One way to do something.

    Parameters
    ----------
    name : str
    sizes : sequence of float
    seconds : sequence of float
        One for each size.
    """

    name: str
    sizes: Sequence[float]
    seconds: Sequence[float]


def draw_curves(path: Path, title: str, curves: Sequence[Curve], *, unit: str = "rows") -> None:
    """Draw curves on two logarithmic scales into an SVG file.

    Parameters
    ----------
    path : Path
    title : str
    curves : sequence of Curve
        Those without points are left out.
    unit : str
        Of the sizes.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # The same figures make the same file.
    with mpl.rc_context({"svg.hashsalt": "sluice", "svg.fonttype": "none"}):
        figure = Figure(figsize=(6, 3.5), layout="constrained")
        axes = figure.add_subplot()
        for curve in curves:
            if curve.sizes:
                axes.plot(curve.sizes, curve.seconds, marker="o", label=curve.name)
        axes.set(xscale="log", yscale="log", xlabel=unit, ylabel="seconds", title=title)
        axes.legend()
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata={"Date": None})
