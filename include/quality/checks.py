"""Checks: a dataset is held against all that is asked of it, and what was seen is told as evidence, not judged."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from include.domain.errors import SpecError
from include.domain.fingerprint import Fingerprint
from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from include.quality.asked import Mistake, SuiteName
from include.quality.judging import judge
from include.quality.questions import Questions, questions_about
from include.quality.result import QualityResult
from include.quality.to_score import questions_to_score
from include.spec_files.mistakes import point_out
from include.storage.code import fingerprint_of_code, fingerprint_of_environment
from include.storage.steps import StepRecords
from include.storage.store import Store, key_of


def check_dataset(
    spec: ModelSpec,
    dataset: DatasetRef,
    store: Store,
    *,
    suite: SuiteName,
    as_of: datetime | None,
    reference: DatasetRef | None = None,
    folder: Path,
    to_score: bool = False,
) -> QualityResult:
    """Check a dataset, or find the check that was made of it.

    Parameters
    ----------
    spec : ModelSpec
    dataset : DatasetRef
    store : Store
        Holds the dataset; takes the rows set aside, the report and the record of the check.
    suite : {'raw', 'clean'}
    as_of : datetime, optional
        End of the run's window: what freshness is measured from.
    reference : DatasetRef, optional
        What the champion was trained on; clean data are compared with it.
    folder : Path
        Folder of the spec; paths of suite files start there.
    to_score : bool
        Whether the rows are to be scored: nothing is asked about what is known only afterwards, and every row that
        fails what is required of it is set aside.

    Raises
    ------
    SpecError
        Where an expectation does not exist, its arguments do not fit, or a suite file cannot be read.
    DataError
        Where the dataset is no longer in the store.
    """
    questions, mistakes = questions_about(
        spec, dataset, suite=suite, as_of=as_of, reference=reference if suite == "clean" else None, folder=folder
    )
    if mistakes:
        raise SpecError(_pointed_out(mistakes, folder / f"{spec.name}.yaml"))
    if to_score:
        questions = questions_to_score(spec, questions)
    fingerprint = _fingerprint(spec, dataset, questions)
    records, step = StepRecords(store), f"check_{suite}_{'to_score' if to_score else 'data'}"
    found = records.recall(spec.name, step, fingerprint)
    if found is not None:
        earlier = QualityResult.model_validate(found)
        if _is_kept(earlier, store):
            records.remember(spec.name, step, fingerprint, found)
            cause = "checked before: data, expectations, code and environment are the same"
            accepted = earlier.accepted if earlier.quarantined else dataset
            return earlier.model_copy(update={"accepted": accepted, "reused": True, "cause": cause})
    latest = records.latest(spec.name, step)
    result = judge(
        spec,
        dataset,
        store,
        questions,
        subject=f"{spec.name} {suite} data {dataset.fingerprint[:12]}",
        report=f"reports/{spec.name}/{fingerprint.value}/{suite}",
    )
    result = result.model_copy(update={"cause": _cause(fingerprint, latest, lost=found is not None)})
    records.remember(spec.name, step, fingerprint, result.to_json())
    return result


def _fingerprint(spec: ModelSpec, dataset: DatasetRef, questions: Questions) -> Fingerprint:
    return Fingerprint(
        parts={
            "data": dataset.fingerprint,
            "code": fingerprint_of_code("quality"),
            "parameters": questions.parameters(spec),
            "environment": fingerprint_of_environment() | {"great-expectations": version("great-expectations")},
        }
    )


def _is_kept(result: QualityResult, store: Store) -> bool:
    addresses = [result.accepted.data_uri, result.docs.uri]
    addresses += [result.quarantined.data_uri] if result.quarantined else []
    return all(store.exists(key_of(store, address)) for address in addresses)


def _cause(fingerprint: Fingerprint, latest: Fingerprint | None, *, lost: bool) -> str:
    if lost:
        return "checked again: part of the earlier result is no longer in the store"
    if latest is None:
        return "not checked before"
    return fingerprint.cause(since=latest) or "checked again"


def _pointed_out(mistakes: list[Mistake], file: Path) -> list[str]:
    text = file.read_text(encoding="utf-8-sig") if file.is_file() else ""
    return point_out(mistakes, text, file.name)
