"""The ledger of a model: an append-only chain of entries, one object each, that two writers cannot both extend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from include.domain.errors import LedgerBrokenError, UnavailableError
from include.registry.entry import GENESIS, LedgerEntry, aliases_after, entry_key, read_entry
from include.storage.store import Store

_ATTEMPTS = 1000


class Ledger:
    """Every move of a model's aliases, and every refusal of one, oldest first.

    Parameters
    ----------
    store : Store
    model : str
    """

    def __init__(self, store: Store, model: str) -> None:
        self._store = store
        self.model = model

    def append(self, decide: Callable[[LedgerEntry | None], LedgerEntry | None]) -> LedgerEntry | None:
        """Write the entry that ``decide`` makes of the last one; None where it wants none.

        A writer who loses a position to another reads the new last entry and decides again, so that no decision
        rests on a past that has changed.

        Parameters
        ----------
        decide : callable
            Called with the last entry or None; may raise to give up.

        Raises
        ------
        LedgerBrokenError
            Where the last entry was changed, or an entry is missing: nothing is built on a broken chain.
        """
        for _ in range(_ATTEMPTS):
            entry = decide(self.last())
            if entry is None or self._store.put_if_absent(entry_key(self.model, entry.position), entry.as_bytes()):
                return entry
        raise UnavailableError(f"{self._prefix}: other writers won {_ATTEMPTS} positions in a row; try again")

    def last(self) -> LedgerEntry | None:
        """Return the last entry, or None while there is none."""
        position = self._length()
        return self.entry(position) if position else None

    def entry(self, position: int) -> LedgerEntry:
        """Return the entry at a position, once its bytes and its hash agree."""
        key = entry_key(self.model, position)
        try:
            return read_entry(key, self._store.read(key))
        except KeyError as error:
            raise LedgerBrokenError(f"{key} is missing; restore it, then `sluice verify`") from error

    def backwards(self) -> Iterator[LedgerEntry]:
        """Yield the entries from the last to the first, reading no more than is asked for."""
        for position in range(self._length(), 0, -1):
            yield self.entry(position)

    def entries(self) -> list[LedgerEntry]:
        """Return all entries, oldest first.

        Raises
        ------
        LedgerBrokenError
            Where one was changed, or is missing.
        """
        # An object store answers in milliseconds each, and many at once.
        with ThreadPoolExecutor(max_workers=8) as readers:
            return list(readers.map(self.entry, range(1, self._length() + 1)))

    def verify(self) -> list[str]:
        """Return what is wrong with the chain, a line each that starts with the object's key."""
        keys = self._store.keys(self._prefix)
        problems = [f"{key} is no ledger entry" for key in keys if not self._position(key)]
        before, expected = None, 1
        for position in filter(None, map(self._position, keys)):
            key = entry_key(self.model, position)
            if position != expected:
                problems.append(f"{entry_key(self.model, expected)} is missing, yet {key} is there")
                before = None
            try:
                entry = self.entry(position)
            except LedgerBrokenError as error:
                problems.append(str(error))
                entry = None
            if entry and (before or position == 1) and _breaks(before, entry):
                problems.append(f"{key} does not follow from what is before it")
            before, expected = entry, position + 1
        return problems

    @property
    def _prefix(self) -> str:
        return f"ledger/{self.model}/"

    def _position(self, key: str) -> int:
        digits = key.removeprefix(self._prefix).removesuffix(".json")
        position = int(digits) if digits.isascii() and digits.isdigit() else 0
        return position if position and entry_key(self.model, position) == key else 0

    def _length(self) -> int:
        positions = [position for position in map(self._position, self._store.keys(self._prefix)) if position]
        if positions and len(positions) != positions[-1]:
            missing = next(due for due, position in enumerate(positions, start=1) if position != due)
            raise LedgerBrokenError(f"{entry_key(self.model, missing)} is missing; restore it, then `sluice verify`")
        return len(positions)


def _breaks(before: LedgerEntry | None, entry: LedgerEntry) -> bool:
    """Tell whether an entry does not follow from the one before it, in hash or in what it says of the aliases."""
    aliases = before.aliases if before else {}
    follows = entry.action == "repair" or entry.from_version == aliases.get(entry.alias)
    return (
        entry.previous_hash != (before.hash if before else GENESIS)
        or not follows
        or entry.aliases != aliases_after(aliases, entry)
    )
