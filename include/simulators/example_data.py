"""Example data: the files that the example specs read, made on the spot, so that nothing has to be fetched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from include.simulators.card_fraud import simulate_card_fraud
from include.simulators.demand_story import grocery_demand


def breast_cancer() -> pd.DataFrame:
    """Return the Wisconsin diagnostic data that scikit-learn ships: 569 tumours, 30 measurements, one diagnosis.

    References
    ----------
    Street, Wolberg and Mangasarian (1993), Nuclear feature extraction for breast tumor diagnosis.

    Examples
    --------
    >>> breast_cancer()["diagnosis"].value_counts().to_dict()
    {'benign': 357, 'malignant': 212}
    """
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer(as_frame=True)
    named = {column: column.replace(" ", "_") for column in data.data.columns}
    diagnosis = data.target.map(dict(enumerate(data.target_names)))
    return data.data.rename(columns=named).assign(diagnosis=diagnosis)


EXAMPLES: dict[str, Callable[[], pd.DataFrame]] = {
    "breast_cancer.csv": breast_cancer,
    "card_fraud.parquet": simulate_card_fraud,
    "grocery_demand.parquet": grocery_demand,
}
"""File name and what makes its content."""


def write_example_data(folder: str | Path) -> list[Path]:
    """Write the files that the example specs read, each whole or not at all.

    Parameters
    ----------
    folder : str or Path
        Made if it is missing; the specs expect ``.sluice/data`` below the working directory.

    Returns
    -------
    list of Path
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(make(), folder / name) for name, make in EXAMPLES.items()]


def _write(frame: pd.DataFrame, path: Path) -> Path:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    if path.suffix == ".csv":
        frame.to_csv(partial, index=False, lineterminator="\n")
    else:
        frame.to_parquet(partial, index=False)
    partial.replace(path)
    return path
