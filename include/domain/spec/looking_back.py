"""What a spec that looks back asks of its data: what is looked up has to be known by then, and to be read as well."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from include.domain.spec.data import (
    CleaningStep,
    DataSpec,
    Derive,
    FileSource,
    Label,
    MapValues,
    ParseDate,
    ParseNumber,
    Source,
    Trim,
)
from include.domain.spec.lag import Lag

_SHORTEST_MONTH = timedelta(days=28)


def lags_in(cleaning: Iterable[CleaningStep]) -> tuple[Lag, ...]:
    """Return the steps that look at earlier rows."""
    return tuple(step for step in cleaning if isinstance(step, Lag))


def history_start(cleaning: Iterable[CleaningStep], start: datetime) -> datetime:
    """Return the first moment that rows from `start` on look back to; a lag may be taken of a lag.

    Raises
    ------
    OverflowError
        Where no calendar reaches back so far.
    """
    for step in lags_in(cleaning):
        start = step.reach.before(start)
    return start


def keeping_gaps(cleaning: Iterable[CleaningStep]) -> tuple[CleaningStep, ...]:
    """Return the steps for rows that are more than examples to learn from: none is dropped for what was before it."""
    return tuple(step.model_copy(update={"gaps": "keep"}) if isinstance(step, Lag) else step for step in cleaning)


def steady_series(cleaning: Iterable[CleaningStep]) -> tuple[str, ...]:
    """Return the columns that no step changes and in which a row agrees with every row that it looks back at."""
    steps = list(cleaning)
    common = set.intersection(*(set(step.by) for step in lags_in(steps))) if lags_in(steps) else set()
    changed: set[str] = set()
    for step in steps:
        match step:
            case Trim() | ParseNumber() | ParseDate():
                changed |= set(step.columns)
            case MapValues() | Derive():
                changed.add(step.column)
    return tuple(sorted(common - changed))


def check_lags(cleaning: Iterable[CleaningStep], data: DataSpec, scored: Source | None) -> None:
    """Check that every lag can be told, at training and whenever rows are scored.

    Parameters
    ----------
    cleaning : iterable of CleaningStep
    data : DataSpec
    scored : Source, optional
        Where rows that are scored come from, if not from the source of the data.

    Raises
    ------
    ValueError
        Names the step, and says what to do.
    """
    steps = list(cleaning)
    for number, step in enumerate(steps):
        if not isinstance(step, Lag):
            continue
        where = f"cleaning[{number}] (lag)"
        if data.time is None:
            raise ValueError(f"{where} needs data.time: without event time no row is earlier than another")
        if step.column == data.target:
            _check_is_known(step, data, where)
            if any(isinstance(other, Label) for other in steps):
                raise ValueError(
                    f"{where}: the target {data.target!r} is computed by a label step, which rows that are scored do "
                    "not go through: look back at a column of the source"
                )
        if data.target in step.by:
            raise ValueError(f"{where}: by names the target {data.target!r}, which nobody knows of a row to be scored")
        for source in (data.source, scored):
            if source is not None and cuts_by_path(source):
                raise ValueError(
                    f"{where} looks at rows before the window, and a path with {{window_start}} leads to the window "
                    "only: write a glob (trips_*.csv); rows are cut by data.time anyway"
                )


def cuts_by_path(source: Source) -> bool:
    """Whether the paths of a source depend on the window, so that they do not lead to what was before it."""
    return isinstance(source, FileSource) and any("{window_" in path for path in source.paths)


def _check_is_known(step: Lag, data: DataSpec, where: str) -> None:
    nearest = step.period * min(step.periods)
    earlier = nearest.months * _SHORTEST_MONTH or nearest.fixed
    if data.label_delay is not None and earlier < data.label_delay:
        raise ValueError(
            f"{where}: {step.name_of(min(step.periods))} looks back by less than data.label_delay: by then the target "
            "of that row is not known yet; look further back"
        )
