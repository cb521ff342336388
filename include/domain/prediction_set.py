"""Prediction sets: what one model answered in one go, named so that each answer can be traced to all it rests on."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from include.domain.evidence import Evidence
from include.domain.record import Record
from include.domain.references import DatasetRef, ModelVersionRef, Window

Origin = Literal["batch", "service"]
Role = Literal["champion", "challenger"]


class Part(Record):
    """A Parquet file of a set: the key of the store that holds it, and its rows."""

    key: str
    rows: int = Field(ge=0)


class PredictionSet(Record):
    """What one version answered in one role, in one go; written last, so that a set that can be seen is whole.

    Parameters
    ----------
    id : str
        Of a batch the digest of all that its answers depend on; of the service a name that nobody else makes.
    origin : {'batch', 'service'}
    role : {'champion', 'challenger'}
        The challenger answers in the shadow of the champion, or to its share of the requests.
    window : Window
        Of a batch the event times asked for; of the service the first and (as the open end, a microsecond later) the
        last that it answered about.
    version : ModelVersionRef
    classes : tuple of str
        What the columns of the probabilities stand for, the positive class last; empty for numbers.
    threshold : float, optional
        Probability of the positive class from which on the model decides for it, where it has one.
    rows : int
        Predictions in it.
    parts : tuple of Part
    snapshot, clean : DatasetRef, optional
        The rows as they were read, and as the model saw them.
    quarantined : tuple of DatasetRef
        Rows that were not scored, each with its reasons.
    evidence : Evidence, optional
        What was counted and checked on the way.
    reports : tuple of str
        Addresses of the pages that show the checks of the data.
    ledger : int, optional
        Position of the ledger entry that made the version what it was.
    chosen : str
        How the version was chosen, in words.
    run : str
        DAG run, command or process that asked for it.
    commit : str, optional
        Commit of the code that scored.
    written_at : datetime
    """

    model: str
    id: str = Field(pattern=r"^[\w.-]{1,80}$")
    origin: Origin
    role: Role = "champion"
    window: Window
    version: ModelVersionRef
    classes: tuple[str, ...] = ()
    threshold: float | None = None
    rows: int = Field(ge=0)
    parts: tuple[Part, ...]
    snapshot: DatasetRef | None = None
    clean: DatasetRef | None = None
    quarantined: tuple[DatasetRef, ...] = ()
    evidence: Evidence | None = None
    reports: tuple[str, ...] = ()
    ledger: int | None = None
    chosen: str = ""
    run: str = ""
    commit: str | None = None
    written_at: AwareDatetime
