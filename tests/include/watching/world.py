"""Served rows for tests: customers of whom those with a high signal say yes, and a model that knows it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from include.domain.evidence import Evidence, Interval, Observation
from include.domain.predictions import Predictions
from include.domain.spec import ModelSpec
from include.watching.served import Served
from tests.specs import a_spec


def a_watched_spec(**parts: Any) -> ModelSpec:
    return a_spec(data={"target": "y", **parts.pop("data", {})}, **parts)


def served(rows: int, seed: int = 7, *, change: float = 0.0) -> Served:
    """Return rows with all labels; a change of what the label is given the signal leaves the inputs as they are."""
    rng = np.random.default_rng(seed)
    signal = rng.normal(-1, 1.5, rows)
    chance, told = (1 / (1 + np.exp(-s)) for s in (signal + change, signal))
    labels = np.where(rng.random(rows) < chance, "yes", "no").astype(object)
    both = np.stack([1 - told, told], axis=1)
    classes = np.array(["no", "yes"])
    frame = pd.DataFrame({"signal": signal, "y": labels, "region": rng.choice(["north", "south"], rows)})
    return Served(frame, Predictions(classes[(told >= 0.5).astype(int)], both, classes))


def without_labels(world: Served, share: float = 1.0) -> Served:
    """Return the rows, the last of them without their label."""
    frame = world.frame.copy()
    frame.loc[frame.index[round(len(frame) * (1 - share)) :], "y"] = None
    return Served(frame, world.said)


def a_promise(**values: float) -> Evidence:
    return Evidence(
        subject="churn version 1",
        observations=tuple(
            Observation(
                name=name,
                value=value,
                n=2_000,
                interval=Interval(low=value - 0.01, high=value + 0.01, confidence=0.95, method="BCa bootstrap"),
            )
            for name, value in values.items()
        ),
    )
