"""Judging: the rows are read, questioned, and divided into those that go on and those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from include.domain.spec.data import RESERVED_COLUMN
from include.quality.asking import judge_rows
from include.quality.data_docs import store_report
from include.quality.examples import RowNames, columns_shown, examples_of
from include.quality.frames import data_file, read_places
from include.quality.observations import evidence_of
from include.quality.outcome import Judged, Outcome
from include.quality.quarantine import reasons_by_place, set_aside
from include.quality.questions import Questions
from include.quality.reference import judge_reference
from include.quality.result import QualityResult
from include.quality.snapshot_rows import open_rows
from include.quality.suspicions import observe_suspicions
from include.storage.store import Store


def judge(
    spec: ModelSpec, dataset: DatasetRef, store: Store, questions: Questions, *, subject: str, report: str
) -> QualityResult:
    """Ask every question of a dataset and store what follows.

    Rows that fail an expectation with ``quarantine`` are set aside first; everything else is asked of the rows that go
    on.

    Parameters
    ----------
    spec : ModelSpec
    dataset : DatasetRef
    store : Store
    questions : Questions
    subject : str
        How the evidence calls the dataset.
    report : str
        Key below which the report is stored.
    """
    path = data_file(dataset, store)
    expectations = [*questions.expectations, *observe_suspicions(path, questions.suspects)]
    total = pq.read_metadata(path).num_rows
    with open_rows(path) as rows:
        sorting = judge_rows(rows, [item for item in expectations if item.quarantine])
        reasons = reasons_by_place(sorting.outcomes, total)
        taken = np.flatnonzero(reasons != None)  # noqa: E711
        rows.leave_out(taken)
        judged = Judged(_after_sorting(sorting.outcomes), sorting.results)
        judged = judged.joined(judge_rows(rows, [item for item in expectations if not item.quarantine]))
        judged = judged.joined(judge_reference(spec, rows, questions.comparison, store, going_on=total - len(taken)))
        names = rows.names
    examples = _examples(spec, judged.outcomes, names, path)
    evidence = evidence_of(subject, judged.outcomes, examples, rows=total, notes=questions.notes)
    parted = set_aside(spec, dataset, store, reasons)
    docs = store_report(store, report, evidence, judged, examples)
    return QualityResult(evidence=evidence, accepted=parted.accepted, quarantined=parted.quarantined, docs=docs)


def _after_sorting(outcomes: list[Outcome]) -> list[Outcome]:
    return [outcome.with_rows_set_aside() if len(outcome.failing) else outcome for outcome in outcomes]


def _examples(spec: ModelSpec, outcomes: Sequence[Outcome], held: Sequence[str], path: Path) -> dict[str, list[str]]:
    """Return examples, by title, for every outcome that has to be explained; only failing rows are read."""
    told = [item for item in outcomes if not item.met or item.set_aside or len(item.failing)]
    name = spec.data.id if spec.data.id is not None and spec.data.id in held else RESERVED_COLUMN
    found = {}
    for outcome in told:
        columns = columns_shown(outcome, held) if len(outcome.failing) else []
        frame = read_places(path, [*columns, name], outcome.failing)
        names = RowNames("row" if name == RESERVED_COLUMN else name, frame.get(name, pd.Series()).to_dict())
        found[outcome.title] = examples_of(outcome, frame, names)
    return found
