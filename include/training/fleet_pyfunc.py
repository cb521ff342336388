"""The door through which MLflow's own ``pyfunc`` loads a fleet: rows of a frame in, answers out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from include.training.features import feature_frame
from include.training.fleet_files import read_fleet
from include.training.fleet_model import FleetModel


class FleetPyfunc:
    """A fleet with the one method that MLflow asks for."""

    def __init__(self, fleet: FleetModel) -> None:
        self._fleet = fleet

    def predict(self, frame: pd.DataFrame) -> NDArray[Any]:
        """Return the answers for the rows of a frame, in their order."""
        return self._fleet.predict(feature_frame(self._fleet.columns, frame))


def _load_pyfunc(path: str) -> FleetPyfunc:
    return FleetPyfunc(read_fleet(Path(path), subject="the fleet"))
