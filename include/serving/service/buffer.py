"""The buffer: answers on their way to the log. It is bounded: who finds it full waits until some have been written."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from include.domain.errors import SluiceError
from include.domain.prediction_set import Role
from include.domain.references import ModelVersionRef
from include.serving.service.loaded_model import Answer

_PATIENCE_SECONDS = (0.5, 1, 2, 5)
_AT_THE_END = 4
"""Attempts to write what is left when the process is told to stop."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answered:
    """Answers of one version to one request.

    Parameters
    ----------
    version : ModelVersionRef
    role : {'champion', 'challenger'}
    at : datetime
        When they were given, in UTC.
    answer : Answer
        Every row with an id.
    """

    version: ModelVersionRef
    role: Role
    at: datetime
    answer: Answer

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.answer.predictions)


Write = Callable[[Sequence[Answered]], None]


class Buffer:
    """Answers of one model that are not in its log yet.

    Parameters
    ----------
    write : callable
        Puts answers into the log, all or none; runs in a thread.
    rows : int
        At most so many rows are out of the log at any moment: reserved, waiting or being written.
    seconds : float
        They are written at least so often.
    """

    def __init__(self, write: Write, *, rows: int, seconds: float) -> None:
        self._write, self._limit, self._seconds = write, rows, seconds
        self._waiting: deque[Answered] = deque()
        self._waiting_rows = 0
        self.unsaved = 0
        self.failures = 0
        self._wanted, self._room = asyncio.Event(), asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._stops = False

    async def reserve(self, rows: int) -> None:
        """Wait until so many rows find room, and keep it for them."""
        if self.unsaved + rows > self._limit:
            self._wanted.set()
            async with self._room:
                await self._room.wait_for(lambda: self.unsaved + rows <= self._limit)
        self.unsaved += rows

    def release(self, rows: int) -> None:
        """Give back room that was reserved for rows which were not answered."""
        self.unsaved -= rows

    def add(self, answered: Answered) -> None:
        """Take answers, for which room was reserved."""
        self._waiting.append(answered)
        self._waiting_rows += len(answered)
        # Half of the room is left for those who come while this half is written.
        if self._waiting_rows * 2 >= self._limit:
            self._wanted.set()

    def start(self) -> None:
        """Begin to write, now and then, in the running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._keep_writing())

    async def stop(self) -> None:
        """Write what is left, and end; what cannot be written after several attempts is lost, and the log says so."""
        self._stops = True
        self._wanted.set()
        if self._task is not None:
            await self._task

    async def _keep_writing(self) -> None:
        attempts = 0
        while not (self._stops and (not self._waiting or attempts >= _AT_THE_END)):
            if not self._stops:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wanted.wait(), self._seconds)
            self._wanted.clear()
            attempts = 0 if await self._written() else attempts + 1
            if attempts:
                await asyncio.sleep(_PATIENCE_SECONDS[min(attempts, len(_PATIENCE_SECONDS)) - 1])
        if self._waiting:
            log.error("%d predictions could not be logged, and are lost", self._waiting_rows)

    async def _written(self) -> bool:
        if not self._waiting:
            return True
        batch, self._waiting = list(self._waiting), deque()
        rows, self._waiting_rows = self._waiting_rows, 0
        try:
            await asyncio.to_thread(self._write, batch)
        except (SluiceError, OSError, ValueError) as error:
            self.failures += 1
            log.warning("%d predictions wait, because the log cannot be written: %s", rows, error)
            self._waiting.extendleft(reversed(batch))
            self._waiting_rows += rows
            return False
        async with self._room:
            self.unsaved -= rows
            self._room.notify_all()
        return True
