"""A small fleet for tests: shops whose sales follow their size, each at a rate of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from include.domain.fleet import FleetMember
from include.domain.spec import ModelSpec
from include.training.estimators import build_pipeline
from include.training.features import FeatureColumns
from include.training.fitting import fit
from include.training.fleet_files import digest_of, dump_model, read_fleet, write_fleet
from include.training.fleet_model import FleetModel
from include.training.rows import Rows, divide
from include.training.segments import segments_of
from tests.specs import a_spec

LINEAR = "sklearn.linear_model.LinearRegression"


def shops(rows: int = 240, *, seed: int = 0) -> pd.DataFrame:
    """Return days of shops: of four of every town, and some of a town that nobody knows."""
    rng = np.random.default_rng(seed)
    index = pd.Index(np.arange(rows, dtype=np.uint64) * 7919, name="row_hash")
    shop, town = rng.integers(1, 5, rows), rng.choice(["Aix", "Bonn", None], rows)
    size = rng.normal(10, 3, rows)
    rate = shop + 10 * (town == "Bonn")
    return pd.DataFrame(
        {"town": pd.Series(town, index=index, dtype="str"), "shop": shop, "size": size, "sales": rate * size},
        index=index,
    )


def a_fleet_spec(**parts: Any) -> ModelSpec:
    """Return a spec for :func:`shops`."""
    data = {"source": "shops.csv", "target": "sales", **parts.pop("data", {})}
    return a_spec(
        **{
            "task": "regression",
            "segment_by": ["town", "shop"],
            "training": {"estimator": LINEAR},
            **parts,
            "data": data,
        }
    )


def stored_fleet(
    folder: Path, spec: ModelSpec, frame: pd.DataFrame, *, without: tuple[str, ...] = (), weight: float = 1.0
) -> Path:
    """Write a fleet with a member for every segment of a frame, but for some."""
    columns, whole = _rows(spec, frame)
    pooled = build_pipeline(spec, columns, spec.training.parameters)
    fit(spec, pooled, whole)
    codes, keys = segments_of(spec.segment_columns, frame)
    members = []
    for code, key in enumerate(keys):
        if key not in without:
            member = build_pipeline(spec, columns, spec.training.parameters)
            fit(spec, member, whole.where(codes == code))
            content = dump_model(spec, member, segment=key)
            described = FleetMember(
                segment=key,
                fingerprint=digest_of(key.encode()),
                rows=int((codes == code).sum()),
                weight=weight,
                run_id="r1",
                digest=digest_of(content),
            )
            members.append((described, content))
    write_fleet(folder, spec, columns, members, pooled=pooled, pooled_run="r0")
    return folder


def a_fleet(folder: Path, spec: ModelSpec, frame: pd.DataFrame, **terms: Any) -> FleetModel:
    """Return a fleet as it is read back from its files."""
    return read_fleet(stored_fleet(folder, spec, frame, **terms), subject="the fleet")


def _rows(spec: ModelSpec, frame: pd.DataFrame) -> tuple[FeatureColumns, Rows]:
    divided = divide(spec, frame, pd.Series("training", index=frame.index))
    return divided.columns, divided.fitted
