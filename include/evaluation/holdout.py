"""The holdout: rows that judge a model. Those whose truth is not known yet are left out, and counted."""

from __future__ import annotations

import pandas as pd

from include.domain.errors import DataError
from include.domain.evidence import Observation
from include.domain.gate import HOLDOUT_ROWS
from include.domain.spec import ModelSpec


def labelled_rows(spec: ModelSpec, holdout: pd.DataFrame) -> tuple[pd.Series, Observation]:
    """Find the rows of a holdout whose target is known.

    Parameters
    ----------
    spec : ModelSpec
    holdout : DataFrame of shape (n, anything)

    Returns
    -------
    Series of shape (n,), bool
        Whether the row can judge.
    Observation
        How many can.

    Raises
    ------
    DataError
        If the target is no column, or is missing in a row although the spec has no step that computes it: such a row
        was never going to have one.
    """
    target = spec.data.target
    if target not in holdout:
        raise DataError(f"target {target!r} is no column of the holdout: {', '.join(map(str, holdout.columns))}")
    known = holdout[target].notna()
    missing = int((~known).sum())
    if missing and not spec.has_label_step:
        raise DataError(
            f"target {target!r}: {missing:,} rows of the holdout have none, the first of them "
            f"{holdout.index[~known][0]}: set them aside with expect_column_values_to_not_be_null and quarantine: true"
        )
    detail = f"{missing:,} more have no label yet" if missing else ""
    rows = len(holdout) - missing
    return known, Observation(name=HOLDOUT_ROWS, value=rows, unit="count", n=len(holdout), detail=detail)
