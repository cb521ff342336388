"""The card: one record of everything that the Markdown and the HTML page say, so that they cannot differ."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime

from include.domain.evidence import Observation
from include.domain.record import Record
from include.domain.verdict import Verdict


class Group(Record):
    """Observations that answer one question.

    Parameters
    ----------
    title, about : str
        The question, and what it means.
    observations : tuple of Observation
    """

    title: str
    about: str
    observations: tuple[Observation, ...]


class Event(Record):
    """One line of the version's history in the ledger."""

    at: AwareDatetime
    action: str
    actor: str
    reason: str


class ModelCard(Record):
    """What there is to know about a version.

    Parameters
    ----------
    model : str
    version : int
    purpose, owner, task : str
    standing : str
        ``champion``, ``challenger``, or what became of it.
    data, training, lineage : dict of str to str
        Facts by their titles, in the order to show.
    groups : tuple of Group
        What was observed on rows that the model had not seen.
    segments : tuple of str
        What became of the segments of a fleet, in as many lines for five as for five thousand; empty for one model.
    verdict : Verdict or None
        The last one; None before the version was judged.
    limits : tuple of str
        What was not checked, could not be told, or is missing; a sentence each.
    history : tuple of Event
        Oldest first.
    reproduce : tuple of str
        Commands, in order.
    links : dict of str to str
        Addresses by their titles.
    made : datetime
        When the model was trained.
    """

    model: str
    version: int
    purpose: str
    owner: str
    task: str
    standing: str
    data: dict[str, str]
    training: dict[str, str]
    groups: tuple[Group, ...]
    segments: tuple[str, ...] = ()
    verdict: Verdict | None
    limits: tuple[str, ...]
    lineage: dict[str, str]
    history: tuple[Event, ...]
    reproduce: tuple[str, ...]
    links: dict[str, str]
    made: datetime | None

    @property
    def title(self) -> str:
        """The headline."""
        return f"{self.model} version {self.version}"
