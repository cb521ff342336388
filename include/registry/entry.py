"""Ledger entries: a move of an alias, or the refusal of one, sealed by its own hash and chained to the entry before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from include.domain.errors import LedgerBrokenError
from include.domain.record import Record, canonical_json, digest
from include.domain.verdict import Outcome

Alias = Literal["champion", "challenger"]
Action = Literal["challenge", "promote", "roll_back", "repair", "reject", "expire", "resume"]

DECISIONS: Final = ("reject", "expire", "resume")
"""Actions that leave every alias where it is: a person said no, nobody spoke in time, or a stopped loop goes on."""

GENESIS = "0" * 64
"""What stands in the first entry for the hash of its predecessor."""


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


class Move(Record):
    """What somebody wants an alias to do.

    Parameters
    ----------
    alias : {'champion', 'challenger'}
    to_version : int or None
        None takes the alias away; only a repair does that. Of a decision it is the version that was refused,
        or that is champion when a loop goes on.
    action : {'challenge', 'promote', 'roll_back', 'repair', 'reject', 'expire', 'resume'}
        The last three are decisions: they move nothing.
    actor : str
        Who moves it: a person, or a DAG run.
    reason : str
    verdict : str, optional
        Digest of the verdict that allows it.
    outcome : str, optional
        Outcome of that verdict.
    overridden : bool
        Whether a person promoted what the gate could not tell; `actor` and `reason` are that person's.
    run : str
        DAG run in which a person was asked; empty where nobody was.
    automatic : bool
        Whether a rollback was made by the watch over a new champion and by no person; it stops the loop.
    """

    alias: Alias
    to_version: int | None = Field(ge=1)
    action: Action
    actor: str
    reason: str
    verdict: str | None = None
    outcome: Outcome | None = None
    overridden: bool = False
    run: str = ""
    automatic: bool = False

    @property
    def moves(self) -> bool:
        """Whether it moves the alias; a decision does not."""
        return self.action not in DECISIONS

    @model_serializer(mode="wrap")
    def _without_what_does_not_apply(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Entries from before a person was asked have no such fields, and their bytes may not change.
        left_out = [name for name in ("overridden", "run", "automatic") if not getattr(self, name)]
        return {name: value for name, value in handler(self).items() if name not in left_out}


class LedgerEntry(Move):
    """A move, or the refusal of one, as it stands in the ledger.

    Parameters
    ----------
    model : str
    position : int
        1 for the first entry; no number is left out.
    previous_hash : str
        Hash of the entry before.
    from_version : int or None
        Where the alias pointed before; after a decision it still points there.
    aliases : dict of str to int or None
        Where every alias points after the entry, so that the last one tells it all.
    at : datetime
        When it was written, in UTC; a record for people, nothing is decided by it.
    hash : str
        SHA-256 over the canonical JSON of all other fields.
    """

    model: str
    position: int = Field(ge=1)
    previous_hash: str
    from_version: int | None
    aliases: dict[Alias, int | None]
    at: Annotated[AwareDatetime, AfterValidator(_in_utc)]
    hash: str = ""

    def sealed(self) -> LedgerEntry:
        """Return the entry with the hash of its content."""
        return self.model_copy(update={"hash": self.content_hash()})

    def content_hash(self) -> str:
        """Return the hash that the content has, whatever the entry says."""
        return digest({name: value for name, value in self.to_json().items() if name != "hash"})

    def as_bytes(self) -> bytes:
        """Return the one way in which the entry is stored."""
        return f"{canonical_json(self.to_json())}\n".encode()


def entry_key(model: str, position: int) -> str:
    """Return the object that holds an entry.

    Examples
    --------
    >>> entry_key("adult", 12)
    'ledger/adult/00000012.json'
    """
    return f"ledger/{model}/{position:08d}.json"


def successor(model: str, last: LedgerEntry | None, move: Move, at: datetime) -> LedgerEntry:
    """Return the entry that puts a move behind the last one.

    Examples
    --------
    >>> move = Move(alias="challenger", to_version=1, action="challenge", actor="ada", reason="first")
    >>> entry = successor("adult", None, move, datetime(2026, 1, 1, tzinfo=UTC))
    >>> entry.position, entry.from_version, entry.aliases, entry.hash == entry.content_hash()
    (1, None, {'challenger': 1}, True)
    >>> no = Move(alias="champion", to_version=1, action="reject", actor="ada", reason="too old", run="adult/1")
    >>> successor("adult", entry, no, datetime(2026, 1, 2, tzinfo=UTC)).aliases
    {'challenger': 1}
    """
    before = last.aliases if last else {}
    return LedgerEntry(
        **move.model_dump(),
        model=model,
        position=last.position + 1 if last else 1,
        previous_hash=last.hash if last else GENESIS,
        from_version=before.get(move.alias),
        aliases=aliases_after(before, move),
        at=at,
    ).sealed()


def aliases_after(before: dict[Alias, int | None], move: Move) -> dict[Alias, int | None]:
    """Return where every alias points once a move, or a decision, is in the ledger."""
    return {**before, move.alias: move.to_version} if move.moves else dict(before)


def read_entry(key: str, content: bytes) -> LedgerEntry:
    """Return the entry that an object holds.

    Raises
    ------
    LedgerBrokenError
        Where a single byte is not as it was written; the message names the object.
    """
    try:
        entry = LedgerEntry.model_validate_json(content)
    except ValidationError as error:
        raise LedgerBrokenError(f"{key} is no ledger entry any more: {error.errors()[0]['msg']}") from error
    # The bytes are compared as well: white space and the order of keys do not show in the hash.
    if entry.as_bytes() != content or entry.hash != entry.content_hash():
        raise LedgerBrokenError(f"{key} was changed after it was written: its bytes and its hash disagree")
    if entry_key(entry.model, entry.position) != key:
        raise LedgerBrokenError(f"{key} holds the entry {entry_key(entry.model, entry.position)}")
    return entry
