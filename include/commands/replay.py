"""`sluice replay`: the loop of a model over many windows, without a scheduler and beside the real registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from include.commands.screen import console, print_json, show_table
from include.deployment.home import Home
from include.spec_files.reading import find_spec, read_spec

if TYPE_CHECKING:
    from include.replay.plan import Plan
    from include.replay.told import Happened, Replayed


def replay_model(home: Home, name: str, plan: Plan, *, seeds: int, jobs: int | None, as_json: bool) -> int:
    """Replay a model once, or with several seeds beside each other, and return the exit code 0.

    Nothing is written to the home: every replay has a store and a registry of its own, which end with it.
    """
    from include.replay.apart import replay_apart, replay_each
    from include.replay.told import labelled_after

    path = find_spec(home.specs, name)
    spec = read_spec(path)
    plans = [plan.model_copy(update={"seed": plan.seed + i}) for i in range(seeds)]
    if seeds == 1 and not as_json:
        done = [replay_apart(spec, plan, path.parent, _say)]
    else:
        done = list(replay_each(spec, plans, path.parent, jobs=jobs))
    after = labelled_after(plan, spec.data.label_delay)
    if as_json:
        print_json([one.to_json() for one in done])
    elif seeds == 1:
        _show_windows(done[0])
        _show_summary(done, after)
    else:
        _show_seeds(done)
        _show_summary(done, after)
    return 0


def _say(happened: Happened) -> None:
    console.print(f"window {happened.window:>3}  {happened.kind.replace('_', ' '):<10} {happened.text}", markup=False)


def _show_windows(replayed: Replayed) -> None:
    marks = {number: [] for number in range(1, len(replayed.windows) + 1)}  # type: ignore[var-annotated]
    for event in replayed.plan.events:
        marks[event.first].append(f"planned: {event.text}")
    for one in replayed.happened:
        if one.window in marks and one.kind not in ("alarm", "watched"):
            marks[one.window].append(one.kind.replace("_", " "))
    rows = [
        (
            told.number,
            f"{told.window.start:%Y-%m-%d %H:%M}",
            f"{told.rows:,}",
            told.version or "none",
            _number(told.quality),
            _number(told.unchanged),
            ", ".join(marks[told.number]),
        )
        for told in replayed.windows
    ]
    metric = replayed.metric
    columns = ("window", "begins", "rows", "version", metric, f"{metric} of version 1", "events")
    show_table(f"{replayed.model}, seed {replayed.plan.seed}", columns, rows)


def _show_seeds(done: list[Replayed]) -> None:
    rows = [
        (
            one.plan.seed,
            _windows(one, "asked"),
            _windows(one, "promoted"),
            _windows(one, "taken_back"),
            *(_number(value) for value in _tail(one)),
            f"{one.seconds:.0f}",
        )
        for one in done
    ]
    metric = done[0].metric
    columns = ("seed", "asked at", "promoted at", "taken back at", f"{metric}, last fifth", "of version 1", "seconds")
    show_table(f"{done[0].model}, {len(done)} seeds of {len(done[0].windows)} windows", columns, rows)


def _show_summary(done: list[Replayed], after: int) -> None:
    from include.replay.told import delay_of, middle

    asked = [one.count("asked") for one in done]
    refused, back = (sum(one.count(kind) for one in done) for kind in ("refused", "taken_back"))
    console.print(
        f"{sum(asked)} requests for training in {len(done)} replays of {len(done[0].windows)} windows (at most "
        f"{max(asked)} in one), {sum(len(_later(one)) for one in done)} promoted, {refused} refused, {back} taken back"
    )
    if done[0].plan.events:
        delays = [delay_of(one, after) for one in done]
        median = middle(delays)
        told = "never" if median is None else f"{median:g} labelled windows"
        console.print(f"median delay from {done[0].plan.events[0].text} to a request: {told} (each: {delays})")
    better = "more" if done[0].greater_is_better else "less"
    for one in done[:1] if len(done) == 1 else []:
        now, unchanged = _tail(one)
        console.print(
            f"{one.metric} ({better} is better) of the last fifth of windows: {_number(now)} as replayed, "
            f"{_number(unchanged)} had version 1 stayed"
        )


def _tail(one: Replayed) -> tuple[float | None, float | None]:
    first = len(one.windows) - max(len(one.windows) // 5, 1) + 1
    return one.mean_quality(first), one.mean_quality(first, unchanged=True)


def _later(one: Replayed) -> list[int]:
    return [happened.window for happened in one.happened if happened.kind == "promoted" and happened.window]


def _windows(one: Replayed, kind: str) -> str:
    return ", ".join(str(h.window) for h in one.happened if h.kind == kind and h.window) or "never"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"
