"""What Evidently says of a column if nobody tells it anything: for comparison, no verdict rests on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd


def flagged_by_default(reference: pd.DataFrame, current: pd.DataFrame, *, numeric: bool) -> list[str]:
    """Return the columns in which Evidently's own choice of test and threshold sees drift.

    Parameters
    ----------
    reference, current : DataFrame
        Of the same columns, all of one kind.
    numeric : bool
        Whether that kind is numbers; else categories.
    """
    from evidently.legacy.calculations.stattests.registry import get_stattest
    from evidently.legacy.core import ColumnType

    kind = ColumnType.Numerical if numeric else ColumnType.Categorical
    flagged = []
    for name in current.columns:
        # As Evidently cleans a column before it tests it.
        ours, theirs = (frame[name].replace([-np.inf, np.inf], np.nan).dropna() for frame in (reference, current))
        if len(theirs) and get_stattest(ours, theirs, kind, None)(ours, theirs, kind, None).drifted:
            flagged.append(str(name))
    return flagged


def preset_page(current: pd.DataFrame, reference: pd.DataFrame, target: Path) -> None:
    """Write the page of Evidently's DataDriftPreset, of all rows."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    numbers = [name for name in reference if pd.api.types.is_numeric_dtype(reference[name])]
    definition = DataDefinition(
        numerical_columns=numbers, categorical_columns=[name for name in reference if name not in numbers]
    )
    ours, theirs = (Dataset.from_pandas(frame, data_definition=definition) for frame in (current, reference))
    Report([DataDriftPreset()]).run(ours, theirs).save_html(str(target))
