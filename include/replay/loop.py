"""The loop: window after window is scored, monitored, watched, decided about, and answered by training."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

from include.domain.errors import DataError, RegistryError
from include.domain.metric import METRICS
from include.domain.monitored import MonitoredWindow
from include.domain.references import ModelVersionRef, Window
from include.domain.retraining import RetrainingRequest
from include.domain.spec import FileSource, ModelSpec, RetrainingSpec
from include.domain.spec.data import LabelsSpec
from include.registry.versions import current
from include.replay.plan import Plan
from include.replay.quality import quality_beside
from include.replay.told import Happened, Kind, Replayed, WindowTold
from include.replay.training_round import quiet, train_round
from include.replay.world import KNOWN_AT, World, open_world, write_rows
from include.serving.batch import bring_back
from include.serving.window_scoring import score_window
from include.simulators.events import BadExport, utc
from include.storage.steps import StepRecords
from include.storage.store import Store
from include.watching.asking import ask_for_training
from include.watching.champion import Champions
from include.watching.labels import KnownLabels, known_labels
from include.watching.rounds import monitor_round
from include.watching.succession import watch_round

Say = Callable[[Happened], None]


class Loop:
    """One model in one world, by the functions that the tasks of its DAGs call.

    Parameters
    ----------
    spec : ModelSpec
    plan : Plan
    store : Store
        Empty; everything is kept there, and MLflow's tracking URI points to a store of its own.
    folder : Path
        For the rows that are scored, labelled and learned from.
    say : callable
        Hears of everything as it happens.
    specs : Path, optional
        Folder of the spec; paths of suite files start there.

    Raises
    ------
    DataError
        Where labels come late and no id joins them to their rows.
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
        self.plan, self.store, self.folder, self._say, self._specs = plan, store, folder, say, specs or folder
        self.world: World = open_world(spec, plan, store)
        self.spec = self._replayed(spec)
        self.happened: list[Happened] = []
        self._champions = Champions(self.spec, store)
        # Versions of a registry of its own never change, and each serves many windows.
        self._load = cache(bring_back)
        self._served: list[tuple[int, Window, int, ModelVersionRef | None]] = []
        self._alarms: set[tuple[Window, str]] = set()
        self._rounds = 0

    def run(self) -> Replayed:
        """Replay every window.

        Raises
        ------
        RegistryError
            Where the history makes no first champion.
        """
        began = time.perf_counter()
        with quiet():
            first = self._begin()
            for number, window in enumerate(self.world.windows, start=1):
                self._step(number, window)
            told = self._told(first)
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

    def _replayed(self, spec: ModelSpec) -> ModelSpec:
        """Return the spec with the files of this world in place of its sources."""
        data, update = spec.data, {"source": FileSource(paths=(self._file("to_learn_from"),))}
        if data.id is not None:
            path = write_rows(self.world.labels(data.id, data.target), Path(self._file("labels")))
            source = FileSource(paths=(path,))
            update["labels"] = LabelsSpec(source=source, id=data.id, target=data.target, known_at=KNOWN_AT)  # type: ignore[assignment]
        elif any(self.world.is_late(window) for window in self.world.windows):
            raise DataError(
                f"{spec.name}: labels come after their window has ended, and no id joins them: give data.id"
            )
        return spec.model_copy(
            update={"data": data.model_copy(update=update), "retraining": spec.retraining or RetrainingSpec()}
        )

    def _file(self, name: str) -> str:
        return str(self.folder / f"{name}.parquet")

    def _begin(self) -> ModelVersionRef:
        moment = _end(self.world.windows[0], start=True)
        self._train(0, moment, Window(end=moment), "the first training")
        champion = current(self.spec.name, "champion")
        if champion is None:
            raise RegistryError(f"no first champion: {self.happened[-1].text}")
        return champion

    def _step(self, number: int, window: Window) -> None:
        by = f"replay/window {number}"
        self._score(number, window, by)
        for seen in monitor_round(
            self.spec, self.store, [window], as_of=_end(window), folder=self._specs, champions=self._champions
        ):
            self._note_alarms(number, seen)
        self._watch(number, window, by)
        self._person_exports(number, window)
        if self.plan.loop:
            self._ask(number, window, by)

    def _score(self, number: int, window: Window, by: str) -> None:
        rows = self.world.arriving(window, self.spec.data.target)
        if not len(rows):
            self._served.append((number, window, 0, None))
            return
        source = FileSource(paths=(write_rows(rows, Path(self._file("to_score"))),))
        scored = score_window(
            self.spec, self.store, window, folder=self._specs, how="present", source=source, run=by, load=self._load
        ).predictions
        self._served.append((number, window, len(rows), scored.version))

    def _note_alarms(self, number: int, seen: MonitoredWindow) -> None:
        for alarm in seen.alarms:
            if (seen.window, alarm) not in self._alarms:
                self._alarms.add((seen.window, alarm))
                verdict = seen.verdict(alarm)
                blocked = next(one for one in verdict.reasons if one.outcome == "blocked") if verdict else None
                why = f"{blocked.requirement} asked {blocked.asked}, saw {blocked.seen}" if blocked else ""
                text = f"{alarm} in the window from {seen.start:%Y-%m-%d}: {why}"
                self._note(number, "alarm", text, seen.version.version if seen.version else None)

    def _watch(self, number: int, window: Window, by: str) -> None:
        champion = current(self.spec.name, "champion")
        if champion is None:
            return
        looked = watch_round(self.spec, self.store, champion, as_of=_end(window), actor=by)
        if isinstance(looked, str):
            return
        decision, entry = looked
        self._note(number, "watched", decision.reason, champion.version)
        if entry is not None:
            text = f"version {entry.to_version} is champion again in place of {champion.version}; the loop stops"
            self._note(number, "taken_back", text, entry.to_version)

    def _person_exports(self, number: int, window: Window) -> None:
        for event in self.world.events:
            if isinstance(event, BadExport) and utc(_end(window, start=True)) == utc(event.start):
                reason = "somebody asked for it, on an export of their own"
                self._train(number, _end(window), Window(end=_end(window)), reason, bad=event)

    def _ask(self, number: int, window: Window, by: str) -> None:
        request = ask_for_training(self.spec, self.store, StepRecords(self.store), by=by).request
        if request is not None:
            self._note(number, "asked", request.reason, request.champion)
            self._train(number, _end(window), request.data.window, request.reason, request)

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
        write_rows(self.world.to_learn_from(moment, self.spec.data.target, bad), Path(self._file("to_learn_from")))
        done = train_round(
            self.spec,
            self.store,
            run=f"replay-{self._rounds}",
            window=window,
            reason=reason,
            folder=self._specs,
            half_life=request.data.half_life if request else None,
            segments=request.segments if request else (),
        )
        promoted = done.promoted
        self._note(number, "promoted" if promoted else "refused", done.told, promoted.version if promoted else None)

    def _told(self, first: ModelVersionRef) -> tuple[WindowTold, ...]:
        whole = Window(start=self.world.windows[0].start, end=self.world.windows[-1].end)
        by_then = utc(max(_end(whole), self.world.known_at.max().to_pydatetime()))
        labels = known_labels(self.spec, self.store, whole, as_of=by_then.to_pydatetime())
        return tuple(self._window_told(*one, labels=labels, first=first) for one in self._served)

    def _window_told(
        self,
        number: int,
        window: Window,
        rows: int,
        version: ModelVersionRef | None,
        *,
        labels: KnownLabels,
        first: ModelVersionRef,
    ) -> WindowTold:
        quality, unchanged = (
            (None, None)
            if version is None
            else quality_beside(self.store, window, labels, self._champions, version=version, first=first)
        )
        return WindowTold(
            number=number,
            window=window,
            rows=rows,
            version=version.version if version else None,
            quality=quality,
            unchanged=unchanged,
        )

    def _note(self, number: int, kind: Kind, text: str, version: int | None = None) -> None:
        happened = Happened(window=number, kind=kind, text=text, version=version)
        self.happened.append(happened)
        self._say(happened)


def _end(window: Window, *, start: bool = False) -> datetime:
    moment = window.start if start else window.end
    assert moment is not None  # noqa: S101 - windows of a world have two sides
    return moment
