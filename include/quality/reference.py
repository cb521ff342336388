"""Reference: clean columns have to be distributed as in the data that the champion was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from great_expectations.core import ExpectationValidationResult

from include.domain.errors import DataError
from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from include.quality.comparison import Comparison, same_distribution, with_changes
from include.quality.distribution import Partition, partition_of
from include.quality.frames import data_file, read_frame
from include.quality.outcome import Judged, Outcome, outcome_of
from include.quality.snapshot_rows import SnapshotRows
from include.quality.validation import validate
from include.storage.store import Store


def judge_reference(
    spec: ModelSpec, rows: SnapshotRows, comparison: Comparison, store: Store, *, going_on: int
) -> Judged:
    """Compare columns with a reference.

    A column that cannot be compared is not met.

    Parameters
    ----------
    spec : ModelSpec
    rows : SnapshotRows
    comparison : Comparison
    store : Store
    going_on : int
        Number of the rows.
    """
    reference, columns = comparison.reference, comparison.columns
    if reference is None:
        return Judged([], {})
    try:
        partitions = _read_partitions(spec, reference, store, columns)
        absent = f"is not among the columns of {reference.fingerprint[:12]}"
    except DataError as error:
        partitions, absent = {}, str(error)
    asked = {name: same_distribution(spec, name, partition) for name, partition in partitions.items()}
    results: dict[str, ExpectationValidationResult] = {}
    for name in asked.keys() & set(rows.names):
        # One column after the other, so that no more than one is in memory.
        coded = partitions[name].coded(rows.kept(read_frame(rows.path, [name]))[name])
        results |= validate(pd.DataFrame({name: coded}), [asked[name]])
    for name in asked.keys() - set(rows.names):
        results |= validate(pd.DataFrame(index=pd.RangeIndex(going_on)), [asked[name]])
    outcomes = []
    for name in columns:
        if name in asked:
            result = results.get(asked[name].title)
            seen = with_changes(outcome_of(asked[name], result), result)
            outcomes.append(replace(seen, rows=going_on))
        else:
            expectation = same_distribution(spec, name, Partition((), np.empty(0)))
            outcomes.append(Outcome(expectation, met=False, answered=False, observed=absent))
    return Judged(outcomes, results)


def _read_partitions(
    spec: ModelSpec, reference: DatasetRef, store: Store, columns: Sequence[str]
) -> dict[str, Partition]:
    path = data_file(reference, store)
    names = set(spec.data.categories)
    return {
        name: partition_of(series, as_categories=name in names)
        for column in columns
        for name, series in read_frame(path, [column]).items()
    }
