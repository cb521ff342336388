"""Small frames with known answers for drafting to find."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from include.drafting.column import Column, look_at
from include.drafting.rows import Rows

WORDS = {"integer": "integer", "number": "number", "text": "text", "boolean": "boolean", "moment": "timestamp"}


def column(values: Any, name: str = "column") -> Column:
    return look_at(pd.Series(values, name=name))


def columns(frame: pd.DataFrame) -> dict[str, Column]:
    return {name: look_at(frame[name]) for name in frame.columns}


def rows_of(frame: pd.DataFrame, *, words: Mapping[str, str] | None = None, mixed: tuple[str, ...] = ()) -> Rows:
    known = words or {name: WORDS.get(seen.kind, "number") for name, seen in columns(frame).items()}
    hashed = frame.set_index(pd.Index(np.arange(len(frame), dtype=np.uint64) * 7919, name="row_hash"))
    return Rows(hashed, len(frame), known, mixed)


def rides(count: int = 600, seed: int = 3) -> pd.DataFrame:
    """Return rides whose fare is what is left of the total, with a few rows that break every rule."""
    rng = np.random.default_rng(seed)
    pickup = pd.Series(pd.date_range("2024-01-01", periods=count, freq="97min", tz="UTC").as_unit("us"))
    distance = np.round(rng.gamma(2.0, 1.5, count), 2)
    fare = np.round(3.0 + 2.5 * distance + 2.0 * (pickup.dt.hour < 6) + rng.normal(0, 0.4, count), 2)
    tip, extra = np.round(rng.gamma(1.5, 1.0, count), 2), rng.choice([0.0, 0.5, 1.0], count)
    fare[5] = -4.5
    return pd.DataFrame(
        {
            "ride_id": [f"R{i:05d}" for i in range(count)],
            "pickup": pickup,
            "dropoff": pickup + pd.to_timedelta(60 + 180 * distance, unit="s").as_unit("us"),
            "distance": distance,
            "zone_id": rng.choice([4, 7, 12, 99], count),
            "paid_by": rng.choice(["card", "cash"], count),
            "fare": fare,
            "tip": tip,
            "extra": extra,
            "total": np.round(fare + tip + extra, 2),
            "note": [None] * count,
        }
    )


def quarters(count: int = 40, seed: int = 5) -> pd.DataFrame:
    """Return trips to three regions for two purposes, quarter by quarter, with a season and a level of their own."""
    rng = np.random.default_rng(seed)
    names = [f"{1990 + i // 4} Q{i % 4 + 1}" for i in range(count)]
    parts = []
    for place, (region, purpose) in enumerate((f"r{i}", p) for i in range(3) for p in ("work", "rest")):
        level = 50.0 * (place + 1) + 10 * (np.arange(count) % 4) + rng.normal(0, 2, count)
        parts.append(pd.DataFrame({"quarter": names, "region": region, "purpose": purpose, "trips": level.round(3)}))
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(state=frame["region"].map({"r0": "north", "r1": "south", "r2": "south"}))
