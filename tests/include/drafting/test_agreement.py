from __future__ import annotations

import numpy as np

from include.drafting.agreement import agree


def test_nearly_all_rows_are_enough() -> None:
    truth = np.arange(1000)
    same = np.ones(1000, dtype=bool)
    same[:8] = False
    assert agree(truth, same)
    same[:20] = False
    assert not agree(truth, same)


def test_rows_with_the_usual_value_prove_nothing() -> None:
    truth = np.zeros(10_000)
    truth[:50] = 1
    assert not agree(truth, truth == 0)
    assert agree(truth, truth == truth)  # noqa: PLR0124


def test_nothing_agrees_with_nothing() -> None:
    assert not agree(np.array([]), np.array([], dtype=bool))
