"""Fleets: one spec, one model a segment. How segments are called, and the records of what becomes of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from pydantic import Field

from include.domain.record import Record
from include.domain.references import DatasetRef, ModelVersionRef, RunRef
from include.domain.verdict import Verdict

MISSING = "(missing)"

SegmentOutcome = Literal["passed", "blocked", "inconclusive", "unchanged", "too_small", "not_asked", "failed"]
"""What became of a segment: its gate's verdict, or why nothing was trained for it."""

Server = Literal["challenger", "champion", "pooled"]
"""Who answers for a segment: its new member, the champion's member that stayed, or the pooled model."""


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
    fingerprint : str
        SHA-256 over its training rows, parameters, code and environment.
    rows : int
        Rows it was fitted to.
    weight : float
        What its answer counts for beside that of the pooled model, ``rows / (rows + prior_rows)``; 1 where it answers
        alone.
    leans_on : str
        Run of the pooled model that answers beside it; empty where it answers alone.
    run_id : str
        MLflow run that trained it, which is an earlier one where the champion's member stayed.
    digest : str
        SHA-256 of its file.
    offset, size : int
        Where its file lies among those of all members, in bytes.
    """

    segment: str = Field(min_length=1)
    fingerprint: str
    rows: int = Field(ge=0)
    weight: float = Field(default=1.0, gt=0, le=1)
    leans_on: str = ""
    run_id: str
    digest: str
    offset: int = Field(default=0, ge=0)
    size: int = Field(default=0, ge=0)


class Segment(Record):
    """The rows of one segment within the rows of its chunk.

    Parameters
    ----------
    key : str
    start, stop : int
        Half open, in rows of the chunk.
    learned, judged : int
        Rows that a member learns from, and rows that judge it.
    """

    key: str
    start: int
    stop: int
    learned: int
    judged: int


class FleetPlan(Record):
    """What a fleet is made of in one run: the rows of every segment, and whom their new members challenge.

    Parameters
    ----------
    dataset : DatasetRef
        Clean rows.
    folder : str
        Key in the store below which the run's work lies: the rows of all segments, and what becomes of each chunk.
    chunks : tuple of tuple of Segment
    pooled_run : RunRef
        Run of the new pooled model, with the baseline beside it.
    pooled_by : {'challenger', 'champion', 'baseline'}
        Who serves as the pooled model: the new one if it passed its gate, else the champion's, else the baseline.
    pooled_verdict : Verdict or None
        None where the pooled model is the champion's still, nothing having changed.
    champion : ModelVersionRef or None
        Whom the new members are judged against.
    champion_cleans_alike : bool
        Whether the champion was trained on rows that were cleaned by the same steps.
    asked : tuple of str
        Segments that training was asked for; all if empty.
    half_life : timedelta or None
        Age at which a row counts half; all count alike if None.
    """

    dataset: DatasetRef
    folder: str
    chunks: tuple[tuple[Segment, ...], ...]
    pooled_run: RunRef
    pooled_by: Literal["challenger", "champion", "baseline"]
    pooled_verdict: Verdict | None
    champion: ModelVersionRef | None = None
    champion_cleans_alike: bool = True
    asked: tuple[str, ...] = ()
    half_life: timedelta | None = None


class ChunkRef(Record):
    """A chunk of a plan, as a mapped task is handed it.

    Parameters
    ----------
    plan : str
        Key of the plan in the store.
    number : int
    segments, rows : int
    """

    plan: str
    number: int
    segments: int
    rows: int


class KeptModel(Record):
    """A model that was judged, as the store keeps it with the work on its chunk.

    Parameters
    ----------
    key : str
        Of the chunk's file in the store.
    name : str
        Of the model in that file.
    digest : str
        SHA-256 of the model.
    fingerprint : str
        Of its training: with the same one a fit would come to the same model.
    """

    key: str
    name: str
    digest: str
    fingerprint: str


class SegmentResult(Record):
    """What became of one segment.

    Parameters
    ----------
    segment : str
    learned, judged : int
        Rows it was trained on, and rows it was judged on.
    outcome : str
    served_by : str
    reason : str
        What decided, in one line.
    member : FleetMember or None
        Of a challenger that passed, or of the champion that stays; None where the pooled model serves.
    metric : str
        What the numbers below are.
    candidate, baseline, pooled, champion : float or None
        The deciding metric of each on the segment's holdout.
    improvement, improvement_low, improvement_high : float or None
        Paired difference to the baseline, with its interval; positive where the member is better.
    fingerprint : str
        Of the training; empty where there was none.
    judged_as : str
        SHA-256 over training, rival, gate and holdout: with the same one the verdict is the same.
    reused : bool
        Whether the verdict is that of an earlier run, nothing of what it rests on having changed.
    kept : KeptModel or None
        The model that was judged last, whether it passed or not.
    model_reused : bool
        Whether that model was fitted in an earlier run, and only judged anew because its rivals or the gate changed.
    seconds : float
    """

    segment: str
    learned: int
    judged: int
    outcome: SegmentOutcome
    served_by: Server
    reason: str = ""
    member: FleetMember | None = None
    metric: str = ""
    candidate: float | None = None
    baseline: float | None = None
    pooled: float | None = None
    champion: float | None = None
    improvement: float | None = None
    improvement_low: float | None = None
    improvement_high: float | None = None
    fingerprint: str = ""
    judged_as: str = ""
    reused: bool = False
    kept: KeptModel | None = None
    model_reused: bool = False
    seconds: float = 0.0

    @property
    def decided(self) -> bool:
        """Whether a model was judged in this run."""
        return self.outcome in ("passed", "blocked", "inconclusive") and not self.reused

    @property
    def trained(self) -> bool:
        """Whether a model was fitted in this run, or failed to be."""
        return self.outcome == "failed" or (self.decided and not self.model_reused)
