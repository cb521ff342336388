"""Fleets: one spec, one model a segment. How segments are called, and what is kept of the model of each."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from include.domain.record import Record

MISSING = "(missing)"


def segment_key(values: Iterable[object]) -> str:
    """Return the name of the segment of rows that hold these values; None stands for a missing one.

    A slash within a value is doubled, so that other values always have another name.

    Examples
    --------
    >>> segment_key(["Adelaide", "Business"])
    'Adelaide / Business'
    >>> segment_key([7, None])
    '7 / (missing)'
    >>> segment_key(["Food/Drink", "North"])
    'Food//Drink / North'
    """
    return " / ".join(MISSING if value is None else str(value).replace("/", "//") for value in values)


class FleetMember(Record):
    """The model of one segment, as a fleet holds it.

    Parameters
    ----------
    segment : str
        As :func:`segment_key` names it.
    file : str
        Name of its file within the fleet.
    fingerprint : str
        SHA-256 over its training rows, parameters, code and environment.
    rows : int
        Rows it was fitted to.
    weight : float
        What its answer counts for beside that of the pooled model, ``rows / (rows + prior_rows)``; 1 where it answers
        alone.
    run_id : str
        MLflow run that trained it, which is an earlier one where the champion's member stayed.
    """

    segment: str = Field(min_length=1)
    file: str
    fingerprint: str
    rows: int = Field(ge=0)
    weight: float = Field(default=1.0, gt=0, le=1)
    run_id: str
