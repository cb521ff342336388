"""Errors: every way in which the house says no, drawn as one tree.

SluiceError                    something stopped the work; exit code 1
├── SpecError                  a spec file says something that cannot be done; names file, line and field
├── DataError                  the data are not what the spec says; names file, column or row; never retried
│   ├── LeakError              rows of a holdout were seen in training
│   ├── EncodingError          text is not in the encoding that it is read in
│   └── NoRowsError            the source holds no row, or none in the window
├── CodeNotAllowedError        a spec names code outside the allow-list
├── TrustError                 a model holds types that nobody allowed
├── SkewError                  a model does not answer as it did at training
├── UnavailableError           a database, bucket or server does not answer; worth a retry
├── RegistryError              registry and ledger cannot do what was asked
│   ├── LedgerBrokenError      an entry of the ledger was changed or is missing
│   └── StaleVerdictError      the champion changed after the verdict was reached
├── ApprovalExpiredError       nobody answered a request for approval in time
├── GateBlockedError           a gate asked for evidence that it did not get; exit code 3
└── GateInconclusiveError      the evidence is too thin to tell; exit code 4
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from include.domain.verdict import Verdict


class SluiceError(Exception):
    """Something stopped the work; the message says what, what was expected and what to do."""

    exit_code = 1


class SpecError(SluiceError):
    """A spec file says something that cannot be done.

    Parameters
    ----------
    problems : list of str
        One line for every mistake, each with file, line and field.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class DataError(SluiceError):
    """The data are not what the spec says they are."""


class LeakError(DataError):
    """Rows of a holdout were seen in training."""


class EncodingError(DataError):
    """Text is not in the encoding that it is read in."""


class NoRowsError(DataError):
    """The source holds no row at all, or none in the window that was asked for."""


class CodeNotAllowedError(SluiceError):
    """A spec names code from outside the allow-list."""


class TrustError(SluiceError):
    """A model holds types that neither the house nor its spec allows."""


class SkewError(SluiceError):
    """A model does not answer as it did at training about rows that it was asked about there."""


class UnavailableError(SluiceError):
    """A database, a bucket or a server does not answer."""


class RegistryError(SluiceError):
    """The registry or its ledger cannot do what was asked."""


class LedgerBrokenError(RegistryError):
    """An entry of the ledger was changed, or is missing."""


class StaleVerdictError(RegistryError):
    """The champion changed between the verdict and the promotion."""


class ApprovalExpiredError(SluiceError):
    """Nobody answered in time whether a version may become champion; so it may not."""


class GateBlockedError(SluiceError):
    """A gate asked for evidence that it did not get."""

    exit_code = 3

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.as_text())
        self.verdict = verdict


class GateInconclusiveError(GateBlockedError):
    """The evidence is too thin to tell."""

    exit_code = 4
