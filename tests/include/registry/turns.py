"""Turns: several writers at once, of whom one takes one step at a time, in an order that the test chooses."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from tests.fakes import MemoryRegistry, MemoryStore


class Killed(BaseException):
    """A process died before its next step."""


class _Writer(threading.Thread):
    def __init__(self, work: Callable[[], Any], here: threading.local) -> None:
        super().__init__(daemon=True)
        self.go, self.waits = threading.Semaphore(0), threading.Semaphore(0)
        self.killed, self.done = False, False
        self.error: BaseException | None = None
        self._work, self._here = work, here

    def run(self) -> None:
        self._here.writer = self
        try:
            self.step()
            self._work()
        except BaseException as error:
            self.error = error
        self.done = True
        self.waits.release()

    def step(self) -> None:
        self.waits.release()
        self.go.acquire()
        if self.killed:
            raise Killed


class Turns:
    """Runs writers step by step; a step is one request to a store or a registry."""

    def __init__(self) -> None:
        self._here = threading.local()

    def step(self) -> None:
        """Wait for the next turn; outside of a writer, go on at once."""
        writer = getattr(self._here, "writer", None)
        if writer is not None:
            writer.step()

    def run(
        self, works: list[Callable[[], Any]], order: list[tuple[int, int]], *, dies_at: int | None = None
    ) -> list[BaseException | None]:
        """Run all works to their end, and return the error of each.

        ``order`` lists who goes on for how many steps; once it ends, each goes on to its end in turn. Whoever would
        take the step number ``dies_at`` dies instead.
        """
        writers = [_Writer(work, self._here) for work in works]
        for writer in writers:
            writer.start()
            writer.waits.acquire()
        to_the_end = [(number, 10**6) for number in range(len(works))]
        taken = 0
        for number, steps in [*order, *to_the_end]:
            writer = writers[number % len(works)]
            for _ in range(steps):
                if writer.done:
                    break
                writer.killed = taken == dies_at
                taken += 1
                writer.go.release()
                writer.waits.acquire()
        return [writer.error for writer in writers]


class SteppingStore(MemoryStore):
    """A store of which every request is a step."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self._turns = turns

    def read(self, key: str) -> bytes:
        self._turns.step()
        return super().read(key)

    def keys(self, prefix: str) -> list[str]:
        self._turns.step()
        return super().keys(prefix)

    def put_if_absent(self, key: str, content: bytes) -> bool:
        self._turns.step()
        return super().put_if_absent(key, content)


class SteppingRegistry(MemoryRegistry):
    """A registry of which every request is a step."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self._turns = turns

    def read(self, model: str) -> Any:
        self._turns.step()
        return super().read(model)

    def point(self, model: str, alias: str, version: int | None) -> None:
        self._turns.step()
        super().point(model, alias, version)

    def note(self, model: str, reached: tuple[int, str]) -> None:
        self._turns.step()
        super().note(model, reached)
