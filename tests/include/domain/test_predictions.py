from __future__ import annotations

import numpy as np
import pytest

from include.domain.errors import DataError
from include.domain.predictions import Predictions


def test_a_prediction_stands_for_every_row() -> None:
    assert len(Predictions(values=np.array([1.0, 2.0]))) == 2
    with pytest.raises(DataError, match="one prediction for every row"):
        Predictions(values=np.zeros((2, 1)))


def test_every_column_of_probabilities_has_its_class() -> None:
    values = np.array(["no", "yes"])
    with pytest.raises(DataError, match="without classes"):
        Predictions(values=values, probabilities=np.full((2, 2), 0.5))
    with pytest.raises(DataError, match=r"expected probabilities of shape \(2, 3\)"):
        Predictions(values=values, probabilities=np.full((2, 2), 0.5), classes=np.array(["no", "yes", "maybe"]))
