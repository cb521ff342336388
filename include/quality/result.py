"""The result of a check: evidence for the gate, the rows that go on, those set aside, and a page for people."""

from __future__ import annotations

from include.domain.evidence import Evidence
from include.domain.record import Record
from include.domain.references import DatasetRef, ReportRef


class QualityResult(Record):
    """What a check of a dataset found.

    Parameters
    ----------
    evidence : Evidence
        ``rows``, ``checked_expectations``, ``failed_required_expectations``, ``quarantined_share``, and for each
        expectation ``expectation.<title>``: 1 if it is met, else 0.
    accepted : DatasetRef
        The rows that go on; the dataset itself where no row was set aside.
    quarantined : DatasetRef or None
        The rows that were set aside, each with its reasons in ``quarantine_reason``.
    docs : ReportRef
        The Data Docs page of the check.
    reused : bool
        Whether an earlier check of the same data, by the same expectations and code, was found.
    cause : str
        Why the data were checked again, or why they were not.
    """

    evidence: Evidence
    accepted: DatasetRef
    quarantined: DatasetRef | None = None
    docs: ReportRef
    reused: bool = False
    cause: str = ""
