"""The loop: window after window is scored, labelled, monitored, decided about, and answered by training."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from include.data.cleaning import clean_frame
from include.domain.errors import RegistryError
from include.domain.metric import METRICS
from include.domain.predictions import Predictions
from include.domain.references import Column, ModelVersionRef, Window
from include.domain.retraining import Findings, RetrainingRequest, decide_retraining, findings_of
from include.domain.spec import FileSource, ModelSpec, RetrainingSpec
from include.judging.watch import watch_champion
from include.monitoring.shelf import keep_window
from include.registry.loop_stop import stop_told, stopped_by
from include.registry.retraining_requests import record_request, retraining_requests
from include.registry.versions import current
from include.replay.plan import Plan
from include.replay.quality_look import look_at_window, quality_of
from include.replay.told import Happened, Kind, Replayed, WindowTold
from include.replay.training_round import train_round
from include.replay.world import World, open_world, write_rows
from include.simulators.events import BadExport, utc
from include.storage.store import Store
from include.training.models import load_model, predict
from include.training.tracking import accepted_dataset, trained_spec

Say = Callable[[Happened], None]


@dataclass(frozen=True)
class _Scored:
    number: int
    window: Window
    rows: pd.DataFrame
    """Clean, in the form of the version that scored them, with their labels: nobody looks at those before they came."""
    version: ModelVersionRef | None
    said: Predictions | None


class Loop:
    """One model in one world.

    Parameters
    ----------
    spec : ModelSpec
    plan : Plan
    store : Store
        Empty; ledger, requests and monitored windows go there, and MLflow's tracking URI points to a store of its own.
    folder : Path
        For the rows that trainings read.
    say : callable
        Hears of everything as it happens.
    specs : Path, optional
        Folder of the spec; paths of suite files start there.
    """

    def __init__(
        self,
        spec: ModelSpec,
        plan: Plan,
        store: Store,
        folder: Path,
        say: Say = lambda happened: None,
        *,
        specs: Path | None = None,
    ) -> None:
        self._specs = specs or folder
        self.spec, self.plan, self.store, self.folder, self._say = spec, plan, store, folder, say
        self.policy = spec.retraining or RetrainingSpec()
        self.world: World = open_world(spec, plan, store)
        self.happened: list[Happened] = []
        self.findings: list[Findings] = []
        self._scored: list[_Scored] = []
        self._waiting: list[_Scored] = []
        self._models: dict[int, Any] = {}
        self._forms: dict[int, tuple[ModelSpec, tuple[Column, ...]]] = {}
        self._versions: dict[int, ModelVersionRef] = {}
        self._rounds = 0

    def run(self) -> Replayed:
        """Replay every window.

        Raises
        ------
        RegistryError
            Where the history makes no first champion.
        """
        began = time.perf_counter()
        first = self._begin()
        for number, window in enumerate(self.world.windows, start=1):
            self._step(number, window)
        told = tuple(self._told(one, first) for one in self._scored)
        metric = METRICS[self.spec.deciding_metric]
        return Replayed(
            model=self.spec.name,
            metric=metric.name,
            greater_is_better=metric.greater_is_better,
            plan=self.plan,
            windows=told,
            happened=tuple(self.happened),
            seconds=time.perf_counter() - began,
        )

    def _begin(self) -> ModelVersionRef:
        moment = _end(self.world.windows[0], start=True)
        self._train(0, moment, Window(end=moment), "the first training")
        champion = current(self.spec.name, "champion")
        if champion is None:
            raise RegistryError(f"no first champion: {self.happened[-1].text}")
        return champion

    def _step(self, number: int, window: Window) -> None:
        moment = _end(window)
        self._score(number, window)
        self._monitor(number, moment)
        self._watch(number)
        self._person_exports(number, moment)
        if self.plan.loop:
            self._decide(number, moment)

    def _score(self, number: int, window: Window) -> None:
        champion = current(self.spec.name, "champion")
        rows = self.world.within(window)
        if champion is None or not len(rows):
            self._scored.append(_Scored(number, window, rows, None, None))
            return
        clean = self._cleaned(champion, rows)
        scored = _Scored(number, window, clean, champion, self._ask(champion, clean))
        self._scored.append(scored)
        self._waiting.append(scored)

    def _monitor(self, number: int, moment: datetime) -> None:
        labelled = [one for one in self._waiting if self.world.is_labelled(one.window, moment)]
        self._waiting = [one for one in self._waiting if one not in labelled]
        for one in labelled:
            assert one.version is not None and one.said is not None  # noqa: S101, PT018 - only what was scored waits
            seen = look_at_window(self.spec, one.window, moment, one.rows, one.said, version=one.version)
            keep_window(self.store, seen)
            found = findings_of(seen)
            self.findings.append(found)
            for alarm in found.alarms:
                text = f"{alarm} of window {one.number}: {seen.evidence.observations[0].detail}"
                self._note(number, "alarm", text, one.version.version)

    def _watch(self, number: int) -> None:
        champion = current(self.spec.name, "champion")
        if champion is None:
            return
        actor = f"replay window {number}"
        looked = watch_champion(
            self._looped, self.store, self.findings, champion, rows=self._rows, ask=self._said, actor=actor
        )
        if looked is None:
            return
        decision, entry = looked
        self._note(number, "watched", decision.reason, champion.version)
        if entry is not None:
            text = f"version {entry.to_version} is champion again in place of {champion.version}; the loop stops"
            self._note(number, "taken_back", text, entry.to_version)

    def _rows(self, version: int, windows: Sequence[Window]) -> pd.DataFrame:
        return self._cleaned(self._version(version), pd.concat([self.world.within(window) for window in windows]))

    def _said(self, version: int, rows: pd.DataFrame) -> Predictions:
        return self._ask(self._version(version), rows)

    def _person_exports(self, number: int, moment: datetime) -> None:
        for event in self.world.events:
            if isinstance(event, BadExport) and utc(_end(self._scored[-1].window, start=True)) == utc(event.start):
                reason = "somebody asked for it, on an export of their own"
                self._train(number, moment, Window(end=moment), reason, bad=event)

    def _decide(self, number: int, moment: datetime) -> None:
        champion = current(self.spec.name, "champion")
        decision = decide_retraining(
            self.policy,
            self.spec.name,
            self.findings,
            champion=champion.version if champion else None,
            requests=retraining_requests(self.store, self.spec.name),
            stopped=stop_told(stopped_by(self.store, self.spec.name)),
            by=f"replay window {number}",
        )
        request = record_request(self.store, decision).request
        if request is not None:
            self._note(number, "asked", request.reason, request.champion)
            self._train(number, moment, request.data.window, request.reason, request)

    def _train(
        self,
        number: int,
        moment: datetime,
        window: Window,
        reason: str,
        request: RetrainingRequest | None = None,
        *,
        bad: BadExport | None = None,
    ) -> None:
        self._rounds += 1
        rows = self.world.to_learn_from(moment, self.spec.data.target, bad)
        path = write_rows(rows, self.folder / f"{self.spec.name}-{self._rounds}.parquet")
        data = self._looped.data.model_copy(update={"source": FileSource(paths=(path,))})
        done = train_round(
            self._looped.model_copy(update={"data": data}),
            self.store,
            run=f"replay-{self._rounds}",
            window=window,
            reason=reason,
            folder=self._specs,
            half_life=request.data.half_life if request else None,
        )
        promoted = done.promoted
        if promoted is not None:
            self._versions[promoted.version] = promoted
        self._note(number, "promoted" if promoted else "refused", done.told, promoted.version if promoted else None)

    @property
    def _looped(self) -> ModelSpec:
        return self.spec.model_copy(update={"retraining": self.policy})

    def _cleaned(self, version: ModelVersionRef, rows: pd.DataFrame) -> pd.DataFrame:
        if version.version not in self._forms:
            columns = accepted_dataset(version.run_id, "raw").columns
            self._forms[version.version] = (trained_spec(version.run_id), columns)
        spec, columns = self._forms[version.version]
        return clean_frame(spec, rows, columns, to_score=True).assign(**self._truth(rows))

    def _truth(self, rows: pd.DataFrame) -> dict[str, pd.Series]:
        target = self.spec.data.target
        return {target: rows[target]} if target in rows else {}

    def _ask(self, version: ModelVersionRef, rows: pd.DataFrame) -> Predictions:
        if version.version not in self._models:
            uri = f"models:/{version.name}/{version.version}"
            self._models[version.version] = load_model(uri, trusted_types=self.spec.training.trusted_types)
        return predict(self.spec, self._models[version.version], rows)

    def _version(self, number: int) -> ModelVersionRef:
        return self._versions[number]

    def _told(self, one: _Scored, first: ModelVersionRef) -> WindowTold:
        quality = quality_of(self.spec, one.rows, one.said) if one.said else None
        unchanged = quality if one.version == first or not len(one.rows) else self._as_if_unchanged(one, first)
        version = one.version.version if one.version else None
        return WindowTold(
            number=one.number,
            window=one.window,
            rows=len(one.rows),
            version=version,
            quality=quality,
            unchanged=unchanged,
        )

    def _as_if_unchanged(self, one: _Scored, first: ModelVersionRef) -> float | None:
        rows = self._cleaned(first, self.world.within(one.window))
        return quality_of(self.spec, rows, self._ask(first, rows))

    def _note(self, number: int, kind: Kind, text: str, version: int | None = None) -> None:
        happened = Happened(window=number, kind=kind, text=text, version=version)
        self.happened.append(happened)
        self._say(happened)


def _end(window: Window, *, start: bool = False) -> datetime:
    moment = window.start if start else window.end
    assert moment is not None  # noqa: S101 - windows of a world have two sides
    return moment
