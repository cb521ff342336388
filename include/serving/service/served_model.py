"""Served models: a name under which the service answers, whichever versions stand behind it at the moment."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from include.domain.errors import DataError
from include.domain.prediction_set import Role
from include.domain.spec import ModelSpec
from include.serving.service.batching import Batcher
from include.serving.service.bodies import Rows
from include.serving.service.buffer import Answered, Buffer
from include.serving.service.loaded_model import Answer, LoadedModel
from include.serving.service.metrics import Metrics
from include.serving.service.refusals import Refusal
from include.serving.service.traffic import is_for_challenger

_SHADOWS = 200
"""Requests that may wait for the challenger's shadow answers; further ones are not shadowed, and counted."""

_run = uuid.uuid4().hex
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Versions:
    """Who answers."""

    champion: Batcher
    challenger: Batcher | None = None


@dataclass(frozen=True)
class Said:
    """An answer to a request: of every row the version that gave it, in the order of the rows."""

    parts: tuple[tuple[tuple[int, ...], int, Answer], ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return what the sender reads of each row."""
        told: dict[int, dict[str, Any]] = {}
        for places, version, answer in self.parts:
            for place, row in zip(places, _told(answer, version), strict=True):
                told[place] = row
        return [told[place] for place in range(len(told))]


class ServedModel:
    """One model of the service.

    Parameters
    ----------
    spec : ModelSpec
        As it stands in its file.
    buffer : Buffer
    metrics : Metrics
    executor : Executor
        Answers what takes long.
    """

    def __init__(self, spec: ModelSpec, buffer: Buffer, metrics: Metrics, executor: Executor) -> None:
        self.spec, self.name, self.buffer = spec, spec.name, buffer
        self.versions: Versions | None = None
        self._metrics, self._executor = metrics, executor
        self._shadows: set[asyncio.Task[None]] = set()

    def serve(self, champion: LoadedModel, challenger: LoadedModel | None = None) -> None:
        """Answer by these versions from now on; who is being answered goes on with those it began with."""
        now = self.versions
        known = {} if now is None else {b.model: b for b in (now.champion, now.challenger) if b is not None}

        def batcher(model: LoadedModel) -> Batcher:
            return known.get(model) or Batcher(model, self._executor)

        # One assignment: nobody sees the champion of one moment beside the challenger of another.
        self.versions = Versions(batcher(champion), None if challenger is None else batcher(challenger))
        for role, model in (("champion", champion), ("challenger", challenger)):
            self._metrics.version.labels(self.name, role).set(0 if model is None else model.version.version)

    def now(self) -> Versions:
        """Return the versions of this moment; raises a 503 where there is no champion."""
        if self.versions is None:
            raise Refusal(503, f"{self.name} has no champion yet", headers={"Retry-After": "5"})
        return self.versions

    async def answer(self, versions: Versions, rows: Rows) -> Said:
        """Return what is said of the rows of a request, and log it.

        Raises
        ------
        Refusal
            422, where a row is not what the contract says or there is no answer to it.
        """
        read = versions.champion.model.contract.read(rows)
        shadows = versions.challenger is not None and self.spec.serving.shadow
        room = len(rows) * (2 if shadows else 1)
        await self.buffer.reserve(room)
        left = room
        try:
            names = self._ids(versions, rows)
            parts = []
            for role, places in self._divided(versions, rows, names):
                said, answered_as, version = await self._ask(versions, role, rows, read, places)
                answer = _named(said, [names[place] for place in places])
                self._keep(version, answered_as, answer)
                left -= len(places)
                parts.append((places, version.version, answer))
            told = Said(tuple(parts))
            if shadows:
                left -= self._shadow(versions, rows, names, told)
        finally:
            self.buffer.release(left)
        return told

    async def settle(self) -> None:
        """Wait for shadow answers that are still being given."""
        if self._shadows:
            await asyncio.wait(self._shadows, timeout=10)

    def _ids(self, versions: Versions, rows: Rows) -> list[str]:
        name = versions.champion.model.spec.data.id
        return [
            str(row[name]) if name is not None and row.get(name) is not None else f"{_run}-{next(_numbers)}"
            for row in rows
        ]

    def _divided(self, versions: Versions, rows: Rows, names: Sequence[str]) -> list[tuple[Role, tuple[int, ...]]]:
        every = tuple(range(len(rows)))
        canary = self.spec.serving.canary
        if canary is None or versions.challenger is None:
            return [("champion", every)]
        entity = self.spec.data.entity or ""
        keys = [names[at] if row.get(entity) is None else str(row[entity]) for at, row in enumerate(rows)]
        tried = frozenset(at for at in every if is_for_challenger(self.name, keys[at], canary.share))
        divided: list[tuple[Role, tuple[int, ...]]] = [
            ("champion", tuple(at for at in every if at not in tried)),
            ("challenger", tuple(sorted(tried))),
        ]
        return [(role, places) for role, places in divided if places]

    async def _ask(
        self, versions: Versions, role: Role, rows: Rows, read: Sequence[tuple[Any, ...]], places: Sequence[int]
    ) -> tuple[Answer, Role, Any]:
        if role == "challenger" and versions.challenger is not None:
            try:
                wanted = versions.challenger.model.contract.read([rows[place] for place in places])
                return await versions.challenger.ask(wanted), role, versions.challenger.model.version
            except (Refusal, DataError):
                # What the champion understands is answered, whatever the challenger makes of it.
                self._metrics.not_shadowed.labels(self.name).inc(len(places))
        try:
            answer = await versions.champion.ask([read[place] for place in places])
        except DataError as error:
            raise Refusal(422, str(error)[:500]) from error
        return answer, "champion", versions.champion.model.version

    def _keep(self, version: Any, role: Role, answer: Answer) -> None:
        self._metrics.rows.labels(self.name, str(version.version), role).inc(len(answer.ids))
        now = datetime.now(UTC)
        # A row without event time happened when it was asked about.
        dated = replace(answer, times=tuple(time or now for time in answer.times))
        self.buffer.add(Answered(version, role, now, dated))

    def _shadow(self, versions: Versions, rows: Rows, names: Sequence[str], told: Said) -> int:
        """Ask the challenger about what the champion has answered, and return for how many rows there is room kept."""
        challenger = versions.challenger
        places = [p for part, v, _ in told.parts if challenger and v != challenger.model.version.version for p in part]
        if challenger is None or not places or len(self._shadows) >= _SHADOWS:
            self._metrics.not_shadowed.labels(self.name).inc(len(places))
            return 0
        task = asyncio.get_running_loop().create_task(
            self._shadowed(challenger, [rows[p] for p in places], [names[p] for p in places])
        )
        self._shadows.add(task)
        task.add_done_callback(self._shadows.discard)
        return len(places)

    async def _shadowed(self, challenger: Batcher, rows: Rows, names: Sequence[str]) -> None:
        try:
            answer = await challenger.ask(challenger.model.contract.read(rows))
        except (Refusal, DataError):
            self.buffer.release(len(rows))
            self._metrics.not_shadowed.labels(self.name).inc(len(rows))
            return
        self._keep(challenger.model.version, "challenger", _named(answer, names))


def _named(answer: Answer, names: Sequence[str]) -> Answer:
    # The cleaned id, as the log of batches has it; the one that the service made where the row has none.
    return replace(answer, ids=tuple(own or made for own, made in zip(answer.ids, names, strict=True)))


def _told(answer: Answer, version: int) -> list[dict[str, Any]]:
    rows = _answered(answer, version)
    if answer.predictions.served_by is None:
        return rows
    return [{**row, "served_by": by} for row, by in zip(rows, answer.predictions.served_by.tolist(), strict=True)]


def _answered(answer: Answer, version: int) -> list[dict[str, Any]]:
    said = answer.predictions
    values = said.values.tolist()
    if said.probabilities is None or said.classes is None:
        return [
            {"id": name, "prediction": value, "version": version}
            for name, value in zip(answer.ids, values, strict=True)
        ]
    if len(said.classes) == 2:
        positive = said.probabilities[:, 1].tolist()
        return [
            {"id": name, "prediction": value, "probability": probability, "version": version}
            for name, value, probability in zip(answer.ids, values, positive, strict=True)
        ]
    labels = [str(label) for label in said.classes.tolist()]
    return [
        {"id": name, "prediction": value, "probabilities": dict(zip(labels, row, strict=True)), "version": version}
        for name, value, row in zip(answer.ids, values, said.probabilities.tolist(), strict=True)
    ]
