"""What the loop of serving, watching and retraining does over many windows: of a world that stays, and of others."""

from __future__ import annotations

from collections.abc import Sequence

from include.bench.loop_worlds import BAD, CHANGE, HISTORY, NOTHING, ROWS, SCENARIOS, Outcome, Scenario, replay_worlds
from include.bench.report import Report, Table, Told
from include.replay.told import middle

SEED, SEEDS = 1, 20
ASKED_AT_MOST, DELAY_AT_MOST, RESTORED_AT_LEAST = 1, 3, 0.8
"""Requests in a world that stays as it is; labelled windows from a change to the request, and the share of what the
change took that comes back, both in the median."""

PROMISE = (
    f"In each of {SEEDS} worlds: where nothing happens, training is asked for at most once and nothing is taken back; "
    "where another outcome suddenly follows from the same inputs, training is asked for after a median of at most "
    f"{DELAY_AT_MOST} labelled windows, and at least {100 * RESTORED_AT_LEAST:.0f} % of the quality that the change "
    "took is restored in the median; a worthless challenger that passed its gate is taken back by itself."
)

METHOD = (
    f"Card payments of a simulated world, {ROWS:,} a day, of which two in a hundred turn out two days later to be "
    f"fraud; the first champion learns from {HISTORY} days. Every window is a day: scored, monitored, watched, "
    "decided about and answered by training, gates, promotion and watch, by the functions that the tasks call, "
    "with the spec `docs/examples/fraud_loop.yaml` (the defaults of `retraining`). A delay counts windows from "
    "the change to the request, less the two that labels take. Quality is the log loss of the last fifth of the "
    "windows: as served, of version 1 had it stayed, and of the chances by which the world itself drew the labels "
    "of these rows, which nobody can beat but by luck. Restored is how far it went back from the second to the "
    "third. A worthless challenger is one that was trained and judged on labels in the wrong order; after it was "
    "taken back the loop stands still, so that scenario is shorter."
)


def measure_loop(told: Told, *, quick: bool = False) -> Report:
    """Replay every scenario with every seed.

    Parameters
    ----------
    told : callable
        Told of the progress.
    quick : bool
        One seed and few windows: enough to see that it works, not to prove anything.
    """
    seeds = range(SEED, SEED + (1 if quick else SEEDS))
    scenarios = [one.model_copy(update={"windows": 6, "at": 3}) for one in SCENARIOS] if quick else list(SCENARIOS)
    total = len(seeds) * len(scenarios)
    found: dict[str, list[Outcome]] = {one.name: [] for one in scenarios}
    for done, (scenario, outcome) in enumerate(replay_worlds(scenarios, seeds), start=1):
        found[scenario.name].append(outcome)
        told(done, total, scenario.name)
    return report_of(scenarios, found)


def report_of(scenarios: Sequence[Scenario], found: dict[str, list[Outcome]]) -> Report:
    """Return what became of every world, and every promise that was not kept."""
    still, changed, bad = (found[one.name] for one in (NOTHING, CHANGE, BAD))
    windows = {one.name: one.windows for one in scenarios}
    tables = (
        Table(
            title=f"Nothing happens, {windows[NOTHING.name]} windows",
            columns=("worlds", "asked for training", "most in one", "promoted", "taken back"),
            rows=(_counts(still),),
        ),
        Table(
            title=f"Another concept, {windows[CHANGE.name]} windows",
            columns=(
                *("seed", "asked after", "new champion after", "log loss before", "as served", "version 1"),
                *("best", "restored", "trainings", "promoted", "taken back"),
            ),
            rows=tuple(map(_changed_row, changed)),
        ),
        Table(
            title=f"A worthless challenger, {windows[BAD.name]} windows",
            columns=("worlds", "passed its gate", "taken back by itself", "windows it served, most", "asked for after"),
            rows=(_bad_row(bad),),
        ),
    )
    figures = {name: [outcome.to_json() for outcome in outcomes] for name, outcomes in found.items()}
    return Report(
        promise=PROMISE,
        method=METHOD,
        tables=tables,
        figures=figures,
        broken=(*_broken_calm(still), *_broken_change(changed), *_broken_bad(bad)),
        seed=SEED,
    )


def _counts(outcomes: list[Outcome]) -> tuple[str, ...]:
    asked = [len(one.asked) for one in outcomes]
    some = sum(count > 0 for count in asked)
    return (
        f"{len(outcomes)}",
        f"{sum(asked)} times in {some} of them",
        f"{max(asked)}",
        f"{sum(len(one.promoted) for one in outcomes)}",
        f"{sum(len(one.taken_back) for one in outcomes)}",
    )


def _changed_row(one: Outcome) -> tuple[str, ...]:
    return (
        f"{one.seed}",
        _windows(one.delay),
        _windows(one.champion_after),
        *(_number(value) for value in (one.before, one.now, one.unchanged, one.best)),
        "-" if one.restored is None else f"{100 * one.restored:.0f} %",
        *(f"{len(times)}" for times in (one.asked, one.promoted, one.taken_back)),
    )


def _bad_row(outcomes: list[Outcome]) -> tuple[str, ...]:
    served = [one.served_in_vain for one in outcomes if one.served_in_vain is not None]
    return (
        f"{len(outcomes)}",
        f"{sum(one.was_worthless for one in outcomes)}",
        f"{sum(bool(one.taken_back) for one in outcomes)}",
        f"{max(served, default=0)}",
        f"{sum(bool(one.taken_back) and any(at > one.taken_back[0] for at in one.asked) for one in outcomes)}",
    )


def _broken_calm(outcomes: list[Outcome]) -> list[str]:
    broken = [
        f"nothing happens, seed {one.seed}: asked for {len(one.asked)} times"
        for one in outcomes
        if len(one.asked) > ASKED_AT_MOST
    ]
    return broken + [f"nothing happens, seed {one.seed}: taken back" for one in outcomes if one.taken_back]


def _broken_change(outcomes: list[Outcome]) -> list[str]:
    delay = middle([one.delay for one in outcomes])
    back = sorted(one.restored or 0.0 for one in outcomes)[(len(outcomes) - 1) // 2]
    slow = [f"another concept: asked for after {_windows(delay)} in the median"]
    little = [f"another concept: {100 * back:.0f} % restored in the median"]
    return [*(slow if delay is None or delay > DELAY_AT_MOST else []), *(little if back < RESTORED_AT_LEAST else [])]


def _broken_bad(outcomes: list[Outcome]) -> list[str]:
    named = ((one.seed, one.was_worthless, bool(one.taken_back)) for one in outcomes)
    return [
        f"a worthless challenger, seed {seed}: {'not taken back' if passed else 'never passed its gate'}"
        for seed, passed, back in named
        if not (passed and back)
    ]


def _windows(count: float | None) -> str:
    return "never" if count is None else f"{count:g} labelled windows"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
