"""Labels: what is asked of the target of training rows, asked of labels that arrive one by one, and later."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.spec import Expectation, ModelSpec
from include.domain.spec.lag import Lag
from include.quality.asked import SuiteName
from include.quality.catalogue import is_row_level
from include.quality.declared import declared_expectations

_EXAMPLES = 5


@dataclass(frozen=True, eq=False)
class CheckedLabels:
    """Which labels are broken.

    Parameters
    ----------
    broken : ndarray of bool, shape (n,)
        False where there is no label.
    told : tuple of str
        Expectations that some label fails, with their count and examples; empty if none does.
    """

    broken: NDArray[np.bool_]
    told: tuple[str, ...] = ()


def check_labels(spec: ModelSpec, labels: pd.Series, *, folder: Path | None = None) -> CheckedLabels:
    """Ask of labels what the spec requires of each value of the target.

    Parameters
    ----------
    spec : ModelSpec
    labels : Series
        By row; missing where there is none.
    folder : Path, optional
        Folder of the spec, where suite files start; those are left out without it.
    """
    broken = np.zeros(len(labels), dtype=bool)
    asked = expectations_of_labels(spec, folder)
    known = labels.dropna()
    if not asked or known.empty:
        return CheckedLabels(broken)
    # Great Expectations takes seconds to import, which a spec that asks nothing of its target need not pay.
    from include.quality.asking import judge_rows
    from include.quality.snapshot_rows import open_rows

    with TemporaryDirectory(prefix="sluice-") as name:
        file = Path(name, "labels.parquet")
        pd.DataFrame({spec.data.target: known.infer_objects().to_numpy()}).infer_objects().to_parquet(file)
        with open_rows(file) as rows:
            outcomes = judge_rows(rows, asked).outcomes
    of_known = np.zeros(len(known), dtype=bool)
    told = []
    for outcome in outcomes:
        if len(outcome.failing):
            of_known[outcome.failing] = True
            some = [f"{known.iloc[i]!s} (row {known.index[i]})" for i in outcome.failing[:_EXAMPLES]]
            told.append(f"{outcome.title}: {len(outcome.failing):,} labels, such as {', '.join(some)}")
    broken[np.flatnonzero(labels.notna())] = of_known
    return CheckedLabels(broken, tuple(told))


def expectations_of_labels(spec: ModelSpec, folder: Path | None) -> list[Expectation]:
    """Return what is required of each value of the target alone; what cleaning changes is asked of clean values."""
    target = spec.data.target
    # A lag reads the target and leaves it as it is.
    changed = any(target in _named(step.model_dump()) for step in spec.cleaning if not isinstance(step, Lag))
    suites: tuple[SuiteName, ...] = ("clean",) if changed else ("raw", "clean")
    found: dict[str, Expectation] = {}
    for suite in suites:
        quality = spec.quality
        if folder is None:
            own = getattr(quality, suite)
            quality = quality.model_copy(update={suite: own.model_copy(update={"file": None})})
        for item, *_ in declared_expectations(quality, suite, folder or Path())[0]:
            if _asks_each_label(item, target):
                title = f"{suite} {item.title}" if item.title in found else item.title
                found[title] = item.model_copy(update={"name": title, "quarantine": True})
    return list(found.values())


def _asks_each_label(item: Expectation, target: str) -> bool:
    alone = item.kwargs.get("column") == target and not item.kwargs.get("row_condition")
    each = item.required and is_row_level(item.type) and item.kwargs.get("mostly", 1) == 1
    # That a label is missing says that it has not come yet.
    return (
        alone and each and item.type not in ("expect_column_values_to_not_be_null", "expect_column_values_to_be_null")
    )


def _named(step: object) -> set[str]:
    if isinstance(step, dict):
        return {name for value in (*step, *step.values()) for name in _named(value)}
    if isinstance(step, list | tuple):
        return {name for value in step for name in _named(value)}
    return {str(step)}
