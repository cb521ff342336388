from __future__ import annotations

import numpy as np
import pytest

from include.monitoring.calibration import Calibrations
from include.monitoring.reference import ReferenceColumn, ReferenceSummary
from include.statistics.predictive import Distance, distance_threshold
from include.statistics.two_samples import anderson_darling, jensen_shannon


def column(name: str, counts: list[int], kind: str = "numeric") -> ReferenceColumn:
    edges = {"edges": tuple(range(len(counts) - 1))} if kind == "numeric" else {"levels": tuple(map(str, counts))}
    return ReferenceColumn(name=name, kind=kind, type="DOUBLE", known=sum(counts), counts=tuple(counts), **edges)


def calibrated(*columns: ReferenceColumn, rows: int = 200) -> list[float]:
    summary = ReferenceSummary(fingerprint="r", rows=20_000, columns=columns)
    return Calibrations(summary).thresholds([(each, rows, 0.01) for each in columns])


def test_columns_whose_cells_are_nearly_even_share_a_simulation(monkeypatch: pytest.MonkeyPatch) -> None:
    simulated: list[object] = []

    def threshold(*of: object, **more: object) -> float:
        simulated.append(of)
        return float(len(simulated))

    monkeypatch.setattr("include.monitoring.calibration.distance_threshold", threshold)
    shuffled = (np.random.default_rng(seed).permutation([950, 1_050] * 10).tolist() for seed in range(3))
    even = [column(f"c{i}", [0, *counts, 0]) for i, counts in enumerate(shuffled)]
    thresholds = calibrated(*even, column("rare", [0, 19_990, 10, 0]))
    assert len(simulated) == 2
    assert len(set(thresholds[:3])) == 1


@pytest.mark.parametrize("rows", [50, 1_000])
@pytest.mark.parametrize(("distance", "cells"), [(anderson_darling, 20), (jensen_shannon, 20), (jensen_shannon, 50)])
def test_nearly_even_cells_have_the_threshold_of_even_ones(distance: Distance, cells: int, rows: int) -> None:
    near = np.random.default_rng(8).permutation(np.linspace(910, 1_090, cells).round())
    ours, theirs = (
        distance_threshold(distance, counts, rows, false_alarms=0.01, rng=np.random.default_rng(9), beyond=2_000)
        for counts in (near, np.full(cells, near.mean()))
    )
    assert ours == pytest.approx(theirs, rel=0.02)
