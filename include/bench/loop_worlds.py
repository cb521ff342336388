"""The worlds in which the loop is measured: what happens to them, and what became of each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta
from tempfile import TemporaryDirectory

import numpy as np

from include.deployment.home import PROJECT
from include.domain.record import Record
from include.domain.spec import ModelSpec
from include.replay.apart import replay_each
from include.replay.plan import Plan, planned_events
from include.replay.told import Replayed, delay_of, labelled_after
from include.replay.world import open_world
from include.simulators.card_fraud import fraud_chances
from include.spec_files.reading import read_spec
from include.storage.store import open_store

SPEC = PROJECT / "docs" / "examples" / "fraud_loop.yaml"
EVERY, HISTORY, ROWS = timedelta(days=1), 40, 1_000
_TAIL = 5
"""One in so many windows, the last of them, shows what quality has come to."""


class Scenario(Record):
    """What happens to a world.

    Parameters
    ----------
    name : str
    windows : int
    event : str
        As ``sluice replay --events`` takes it, without its window; empty where nothing happens.
    at : int
        Window with which it begins.
    """

    name: str
    windows: int
    event: str = ""
    at: int = 1

    def plan(self, seed: int) -> Plan:
        """Return the plan of a world."""
        events = planned_events(f"{self.event}@{self.at}" if self.event else "")
        return Plan(windows=self.windows, every=EVERY, history=HISTORY, rows=ROWS, seed=seed, events=events)


NOTHING = Scenario(name="nothing happens", windows=90)
CHANGE = Scenario(name="another concept", windows=90, event="concept_change", at=20)
BAD = Scenario(name="a worthless challenger", windows=30, event="bad_export:column=amount", at=10)
SCENARIOS = (NOTHING, CHANGE, BAD)


class Outcome(Record):
    """What became of a world.

    Parameters
    ----------
    seed : int
    asked, promoted, taken_back : tuple of int
        Windows at whose end training was asked for, a later champion promoted, and one taken back by itself.
    was_worthless : bool
        Whether the challenger of a bad export became champion.
    served_in_vain : int or None
        Windows that it served until it was taken back.
    delay, champion_after : int or None
        Labelled windows from the event to the request, and to the next champion.
    before, now, unchanged, best : float or None
        Log loss before the event, and at the end: as served, of version 1, and of the world's own chances.
    """

    seed: int
    asked: tuple[int, ...] = ()
    promoted: tuple[int, ...] = ()
    taken_back: tuple[int, ...] = ()
    was_worthless: bool = False
    served_in_vain: int | None = None
    delay: int | None = None
    champion_after: int | None = None
    before: float | None = None
    now: float | None = None
    unchanged: float | None = None
    best: float | None = None

    @property
    def restored(self) -> float | None:
        """Share of the way from version 1 to the best that quality has gone; None where it had lost nothing."""
        if self.now is None or self.unchanged is None or self.best is None or self.unchanged <= self.best:
            return None
        return (self.unchanged - self.now) / (self.unchanged - self.best)


def replay_worlds(scenarios: Sequence[Scenario], seeds: Sequence[int]) -> Iterator[tuple[Scenario, Outcome]]:
    """Replay every scenario with every seed, and yield what became of each."""
    spec = read_spec(SPEC)
    asked = [(scenario, seed) for scenario in scenarios for seed in seeds]
    replays = replay_each(spec, [scenario.plan(seed) for scenario, seed in asked], SPEC.parent)
    for (scenario, _), replayed in zip(asked, replays, strict=True):
        yield scenario, outcome_of(spec, scenario, replayed)


def outcome_of(spec: ModelSpec, scenario: Scenario, replayed: Replayed) -> Outcome:
    """Return what became of a world."""
    after = labelled_after(replayed.plan, spec.data.label_delay)
    times = {kind: tuple(one.window for one in replayed.happened if one.kind == kind) for kind in _KINDS}
    # Window 0 is the first champion's.
    promoted = tuple(window for window in times["promoted"] if window)
    first = next((window for window in promoted if window >= scenario.at), None)
    worthless = scenario.event == BAD.event and scenario.at in promoted
    back = next((window for window in times["taken_back"] if window >= scenario.at), None)
    tail = replayed.plan.windows - max(replayed.plan.windows // _TAIL, 1) + 1
    return Outcome(
        seed=replayed.plan.seed,
        asked=times["asked"],
        promoted=promoted,
        taken_back=times["taken_back"],
        was_worthless=worthless,
        served_in_vain=back - scenario.at if worthless and back is not None else None,
        delay=delay_of(replayed, after),
        champion_after=None if not scenario.event or first is None else max(first - scenario.at + 1 - after, 0),
        before=replayed.mean_quality(1, scenario.at - 1) if scenario.event else None,
        now=replayed.mean_quality(tail),
        unchanged=replayed.mean_quality(tail, unchanged=True),
        best=best_log_loss(spec, replayed.plan, tail),
    )


_KINDS = ("asked", "promoted", "taken_back")


def best_log_loss(spec: ModelSpec, plan: Plan, first: int) -> float:
    """Return the log loss of the chances by which the world drew the labels of its windows from one on."""
    with TemporaryDirectory(prefix="sluice-") as folder:
        world = open_world(spec, plan, open_store(folder))
    rows = world.rows[(world.times >= world.windows[first - 1].start).to_numpy()]
    chances = fraud_chances(rows, world.events)
    fraud = rows[spec.data.target].to_numpy() == spec.data.positive
    return -math.fsum(np.log(np.where(fraud, chances, 1.0 - chances)).tolist()) / len(rows)
