"""Batching: requests that arrive in the same moment are answered by one call, and nobody waits for a batch to fill.

While one batch is being answered the next one gathers in the sockets, so batches are as large as the load is high. A
row's answer does not depend on who else is in its batch (:mod:`include.training.row_answers`).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any

from include.domain.errors import DataError
from include.serving.service.loaded_model import Answer, LoadedModel

AT_ONCE = 256
"""Rows up to which a batch is answered without leaving the event loop; more of them would keep others waiting."""


_Waiting = tuple[Sequence[tuple[Any, ...]], asyncio.Future[Answer]]


class Batcher:
    """Asks one model, on behalf of many requests.

    Parameters
    ----------
    model : LoadedModel
    executor : Executor
        Answers what takes long.
    """

    def __init__(self, model: LoadedModel, executor: Executor) -> None:
        self.model, self._executor = model, executor
        self._waiting: deque[_Waiting] = deque()
        self._is_awake = False
        self.batches = 0

    async def ask(self, rows: Sequence[tuple[Any, ...]]) -> Answer:
        """Return what the model says of rows.

        Raises
        ------
        DataError
            Where it has no answer to them.
        """
        loop = asyncio.get_running_loop()
        if len(rows) > AT_ONCE or not self.model.answers_together:
            return await loop.run_in_executor(self._executor, self.model.answer, rows)
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((rows, future))
        if not self._is_awake:
            self._is_awake = True
            # After everything that is ready now, so that whoever arrived in this moment is in the batch.
            loop.call_soon(self._answer)
        return await future

    def _answer(self) -> None:
        batch: list[_Waiting] = []
        count = 0
        while self._waiting and (not batch or count + len(self._waiting[0][0]) <= AT_ONCE):
            rows, future = self._waiting.popleft()
            # Who has given up meanwhile needs no answer.
            if not future.done():
                batch.append((rows, future))
                count += len(rows)
        self._is_awake = bool(self._waiting)
        if self._is_awake:
            asyncio.get_running_loop().call_soon(self._answer)
        if batch:
            self.batches += 1
            self._tell(batch)

    def _tell(self, batch: list[_Waiting]) -> None:
        try:
            answer = self.model.answer([row for rows, _ in batch for row in rows])
        except DataError as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            # One of them is to blame, which the others need not hear of.
            for one in batch:
                self._tell([one])
            return
        except Exception as error:
            for _, future in batch:
                future.set_exception(error)
            return
        start = 0
        for rows, future in batch:
            future.set_result(answer.part(start, start + len(rows)))
            start += len(rows)
