"""References: how big things (frames, models, reports) travel between tasks, as plain JSON that names them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from include.domain.record import Record


class Window(Record):
    """A half-open stretch of event time, ``[start, end)``, in UTC; a missing side is open.

    Examples
    --------
    >>> Window().is_open
    True
    """

    start: datetime | None = None
    end: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether neither side is given."""
        return self.start is None and self.end is None


class Column(Record):
    """One column of a dataset: its name, its DuckDB type and how many of its values are missing."""

    name: str
    type: str
    nulls: int = Field(ge=0)


class DatasetRef(Record):
    """An immutable snapshot.

    Parameters
    ----------
    uri : str
        Folder or prefix that holds ``data.parquet`` and ``manifest.json``.
    fingerprint : str
        SHA-256 of the content, whatever the order of the rows and wherever they came from.
    rows : int
    columns : tuple of Column
        Without the column ``row_hash`` that every snapshot carries.
    time : str, optional
        Column that holds event time; rows are ordered by it.
    time_range : tuple of datetime, optional
        First and last event time (both included), where the spec names a time column.
    source : str
        Where it was read, without secrets.
    window : Window
        What was asked for.
    reused : bool
        Whether the content was stored already.
    cause : str
        Why it was read again, or why it was not.
    """

    uri: str
    fingerprint: str
    rows: int = Field(ge=0)
    columns: tuple[Column, ...]
    time: str | None = None
    time_range: tuple[datetime, datetime] | None = None
    source: str
    window: Window = Window()
    reused: bool = False
    cause: str = ""

    @property
    def data_uri(self) -> str:
        """Where the Parquet file lies."""
        return f"{self.uri}/data.parquet"


class RunRef(Record):
    """A finished MLflow run.

    Parameters
    ----------
    run_id, experiment_id : str
    fingerprint : str
        SHA-256 over training rows, parameters, code and environment.
    reused : bool
        Whether an earlier run with that fingerprint was found instead of training again.
    cause : str
        What changed since the last training, or that nothing did.
    """

    run_id: str
    experiment_id: str
    fingerprint: str
    reused: bool = False
    cause: str = ""


class ModelVersionRef(Record):
    """A version in the MLflow Model Registry, and the run that made it."""

    name: str
    version: int = Field(ge=1, strict=True)
    run_id: str


class ReportRef(Record):
    """A page for people: its kind (``data docs``, ``drift``) and where it lies."""

    kind: str
    uri: str
