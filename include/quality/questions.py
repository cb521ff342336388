"""Questions: all that is asked of one dataset, gathered before a row of it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from include.domain.references import DatasetRef
from include.domain.spec import Expectation, ModelSpec
from include.quality.asked import Mistake, SuiteName
from include.quality.comparison import NOT_COMPARED, Comparison, compared_columns
from include.quality.declared import declared_expectations
from include.quality.implied import implied_expectations
from include.quality.suspicions import NO_SUSPECTS, Suspects, suspects_in


@dataclass(frozen=True)
class Questions:
    """What is asked of a dataset.

    Parameters
    ----------
    expectations : tuple of Expectation
        Those of the spec and of its suite file, then those implied.
    suspects : Suspects
        Columns that a model could not learn from if something were wrong with them.
    comparison : Comparison
        Columns that are compared with a reference.
    notes : tuple of str
        What is not asked, and why.
    """

    expectations: tuple[Expectation, ...]
    suspects: Suspects = NO_SUSPECTS
    comparison: Comparison = NOT_COMPARED
    notes: tuple[str, ...] = ()

    def parameters(self, spec: ModelSpec) -> dict[str, Any]:
        """Return everything besides the data that the answers depend on, as plain JSON."""
        reference = self.comparison.reference
        return {
            "expectations": {item.title: item.to_json() for item in self.expectations},
            "suspects": self.suspects._asdict(),
            "compared": list(self.comparison.columns),
            "reference": reference.fingerprint if reference else None,
            "terms": spec.quality.reference.to_json() if reference else None,
            "data": {"id": spec.data.id, "time": spec.data.time, "categories": sorted(spec.data.categories)},
        }


def questions_about(
    spec: ModelSpec,
    dataset: DatasetRef,
    *,
    suite: SuiteName,
    as_of: datetime | None,
    reference: DatasetRef | None,
    folder: Path,
) -> tuple[Questions, list[Mistake]]:
    """Gather what is asked, and every mistake in how the spec asks it."""
    declared, mistakes = declared_expectations(spec.quality, suite, folder)
    implied = implied_expectations(spec, dataset, suite, as_of)
    comparison = compared_columns(spec, dataset, reference) if reference else NOT_COMPARED
    questions = Questions(
        expectations=(*(item.expectation for item in declared), *implied),
        suspects=suspects_in(spec, dataset, suite),
        comparison=comparison,
        notes=(*comparison.notes, *_not_asked(spec, as_of)),
    )
    return questions, mistakes


def _not_asked(spec: ModelSpec, as_of: datetime | None) -> tuple[str, ...]:
    if spec.quality.freshness is None:
        return ()
    if spec.data.time is None:
        return ("freshness is not asked: the spec names no time column (data.time)",)
    return ("freshness is not asked: the run has no window that ends",) if as_of is None else ()
