"""Frames of references and windows, written as Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from include.monitoring.reference import ReferenceSummary, reference_summary
from include.monitoring.watched import WatchedColumn

WATCHED = tuple(WatchedColumn(name=name) for name in ("amount", "paid", "colour", "at"))


def frame(rows: int, seed: int = 0, **changed: Any) -> pd.DataFrame:
    """Return rows of an amount, a mostly absent payment, a colour and a moment."""
    rng = np.random.default_rng(seed)
    columns = {
        "amount": rng.normal(50, 10, rows),
        "paid": np.where(rng.random(rows) < 0.7, 0.0, rng.exponential(5, rows)),
        "colour": rng.choice(["red", "green", "blue"], rows, p=[0.6, 0.3, 0.1]),
        "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(rows), unit="min"),
    }
    return pd.DataFrame({**columns, **changed})


def written(path: Path, rows: pd.DataFrame) -> Path:
    """Write a frame as Parquet."""
    rows.to_parquet(path)
    return path


def summary(path: Path, rows: pd.DataFrame, **kwargs: Any) -> ReferenceSummary:
    """Summarise a frame."""
    return reference_summary(written(path, rows), kwargs.pop("columns", WATCHED), fingerprint="f", **kwargs)
