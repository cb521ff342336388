"""Judging: the rows are read, questioned, and divided into those that go on and those that do not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from include.domain.references import DatasetRef
from include.domain.spec import Expectation, ModelSpec
from include.quality.data_docs import store_report
from include.quality.examples import RowNames, examples_of
from include.quality.frames import data_file, read_frame, read_row_hashes
from include.quality.observations import evidence_of
from include.quality.outcome import Judged, Outcome, outcome_of
from include.quality.quarantine import reasons_by_place, set_aside
from include.quality.questions import Questions
from include.quality.reference import judge_reference
from include.quality.result import QualityResult
from include.quality.suspicions import observe_suspicions
from include.quality.validation import validate
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
    held = [column.name for column in dataset.columns]
    frame = read_frame(path, _columns_of(expectations, held, spec.data.id, *questions.comparison.columns))
    sorting = _judge_rows(frame, [item for item in expectations if item.quarantine])
    reasons = reasons_by_place(sorting.outcomes, len(frame))
    kept = frame[pd.isna(reasons)] if pd.notna(reasons).any() else frame
    judged = Judged(_after_sorting(sorting.outcomes), sorting.results)
    judged = judged.joined(_judge_rows(kept, [item for item in expectations if not item.quarantine]))
    judged = judged.joined(judge_reference(spec, kept, questions.comparison, store))
    examples = _examples(judged.outcomes, frame, _names(spec, frame, path))
    evidence = evidence_of(subject, judged.outcomes, examples, rows=len(frame), notes=questions.notes)
    parted = set_aside(spec, dataset, store, reasons)
    docs = store_report(store, report, evidence, judged, examples)
    return QualityResult(evidence=evidence, accepted=parted.accepted, quarantined=parted.quarantined, docs=docs)


def _judge_rows(frame: pd.DataFrame, expectations: list[Expectation]) -> Judged:
    results = validate(frame[_columns_of(expectations, list(frame.columns))], expectations)
    return Judged([outcome_of(item, results.get(item.title)) for item in expectations], results)


def _after_sorting(outcomes: list[Outcome]) -> list[Outcome]:
    return [outcome.with_rows_set_aside() if len(outcome.failing) else outcome for outcome in outcomes]


def _columns_of(expectations: Iterable[Expectation], held: list[str], *more: str | None) -> list[str]:
    """Return the columns to look at, in their order: all of them where an expectation is about the columns."""
    wanted = set(more)
    for item in expectations:
        if item.type.startswith("expect_table_column") or item.kwargs.get("row_condition") is not None:
            return held
        wanted |= {item.kwargs.get(key) for key in ("column", "column_A", "column_B")}
        wanted |= set(item.kwargs.get("column_list", ()))
    return [name for name in held if name in wanted]


def _names(spec: ModelSpec, frame: pd.DataFrame, path: Path) -> RowNames:
    if spec.data.id is not None and spec.data.id in frame:
        return RowNames(spec.data.id, frame[spec.data.id].to_numpy())
    return RowNames("row", read_row_hashes(path))


def _examples(outcomes: list[Outcome], frame: pd.DataFrame, names: RowNames) -> dict[str, list[str]]:
    """Return examples, by title, for every outcome that has to be explained."""
    return {
        outcome.title: examples_of(outcome, frame, names)
        for outcome in outcomes
        if not outcome.met or outcome.set_aside or len(outcome.failing)
    }
