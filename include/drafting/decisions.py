"""Decisions: everything that a draft says, before it is written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from include.domain.errors import DataError
from include.drafting.codes import find_codes
from include.drafting.column import Column, look_at
from include.drafting.event_time import EventTime, calendar_parts, only_moment, read_time
from include.drafting.expectations import Drafted, expect_of_features, expect_of_target, expect_of_time, failing_rows
from include.drafting.infinities import FiniteCleaning, clean_infinities
from include.drafting.left_out import LeftOut, leave_out
from include.drafting.notes import notes_on
from include.drafting.outcome import Outcome, infer_outcome
from include.drafting.rows import Rows
from include.drafting.segments import Segments, look_at_segments
from include.drafting.text_values import TextCleaning, clean_text

SAME_WITHIN = "the same in every row of a segment: it tells a model of the segment nothing"


@dataclass(frozen=True, eq=False)
class Decisions:
    """What was decided by looking at the data.

    Parameters
    ----------
    rows : Rows
    target : Column
    outcome : Outcome
    time : Column or None
        The event time, read as moments.
    event_time : EventTime or None
        How it was read.
    parts : mapping of str to str
        Parts of the event time that become features, each with its reason.
    features : tuple of Column
        As they are after cleaning.
    codes : tuple of str
        Features that are names although they are numbers.
    left_out : LeftOut
    text : TextCleaning
    finite : FiniteCleaning
    types : mapping of str to str
        What reading must not guess.
    raw, clean : tuple of Drafted
        Expectations before and after cleaning.
    notes : tuple of str
        What a person should think about.
    segments : Segments or None
        How the rows are divided, where each part shall have a model of its own.
    """

    rows: Rows
    target: Column
    outcome: Outcome
    time: Column | None
    event_time: EventTime | None
    parts: Mapping[str, str]
    features: tuple[Column, ...]
    codes: tuple[str, ...]
    left_out: LeftOut
    text: TextCleaning
    finite: FiniteCleaning
    types: Mapping[str, str]
    raw: tuple[Drafted, ...]
    clean: tuple[Drafted, ...]
    notes: tuple[str, ...]
    segments: Segments | None = None

    @property
    def series(self) -> Segments | None:
        """The segments, where their rows follow each other in time."""
        return self.segments if self.segments is not None and self.segments.period is not None else None

    @property
    def id(self) -> str | None:
        """The column that names a row: one that is there, or one that cleaning makes of series and time."""
        if self.left_out.id is not None or self.series is None:
            return self.left_out.id
        return next(name for name in ("id", "row_id", "row_of_series") if name not in self.rows.words)

    @property
    def cleaning_notes(self) -> tuple[str, ...]:
        """What the steps do with values that mean something else, one sentence each."""
        return (*self.text.notes, *self.finite.notes)

    @property
    def cleaning(self) -> list[dict[str, Any]]:
        """The cleaning steps, in order."""
        steps = [*self.text.steps, *self.finite.steps]
        if self.series is not None and self.time is not None and self.id not in (None, self.left_out.id):
            steps.append(self.series.naming_step(str(self.id), self.time.name))
        steps += self.event_time.steps if self.event_time else ()
        if self.time is not None and self.parts:
            steps.append({"do": "calendar", "column": self.time.name, "parts": list(self.parts)})
        if self.series is not None:
            # Trees read a gap as it is; a few coefficients would be led astray by what fills it.
            steps.append(self.series.lag_step(self.target.name, gaps="drop" if self.series.are_small else "keep"))
        return steps

    @property
    def feature_names(self) -> list[str]:
        """Names of the features, those made of the event time and of earlier rows last."""
        made = [f"{self.time.name}_{part}" for part in self.parts] if self.time is not None else []
        made += self.series.lags_of(self.target.name) if self.series is not None else ()
        return [*(column.name for column in self.features), *made]

    @property
    def set_aside(self) -> npt.NDArray[np.bool_]:
        """Which rows the drafted expectations would set aside; shape (n,)."""
        return failing_rows((*self.raw, *self.clean), len(self.rows.frame))


def decide(rows: Rows, target: str, time: str | None, segment_by: Sequence[str] = ()) -> Decisions:
    """Look at the data and decide what a draft says of them.

    Raises
    ------
    SpecError
        If the columns of `segment_by` are not there, or cannot divide rows.
    DataError
        If the target cannot be predicted, the time cannot be read, or no column is left to learn from.
    """
    seen = {str(name): look_at(rows.frame[name]) for name in rows.frame.columns}
    guessed = only_moment(seen, target) if time is None else None
    time = time or guessed
    text = clean_text({name: column for name, column in seen.items() if name != time})
    cleaned = {**text.cleaned, **clean_infinities(seen).cleaned}
    columns = {name: look_at(cleaned[name].rename(name)) if name in cleaned else seen[name] for name in seen}
    outcome = infer_outcome(columns[target])
    event_time = read_time(columns[time]) if time else None
    moments = replace(columns[time], kind="moment", values=event_time.moments) if time and event_time else None
    # Of a sample, or of classes, nobody can tell what stands before what.
    may_look_back = outcome.task == "regression" and len(rows.frame) == rows.total
    when = moments.values if moments is not None and may_look_back else None
    segments = look_at_segments(columns, segment_by, target, time, when) if segment_by else None
    series = segments if segments is not None and segments.period is not None else None
    dividing = {*series.columns, *series.within} if series else set()
    others = {name: column for name, column in columns.items() if name not in (target, time, *dividing)}
    left_out = leave_out(others, columns[target], moments, outcome.task)
    left_out.reasons |= dict.fromkeys(series.within if series else (), SAME_WITHIN)
    features = {name: c for name, c in others.items() if name not in left_out.reasons and name != left_out.id}
    if not features and series is None:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in left_out.reasons.items())
        raise DataError(f"no column is left to learn {target!r} from: {reasons or 'there is no other column'}")
    codes = find_codes(features.values(), _as_number(columns[target], outcome))
    # What a season does to a short series it knows from its own past.
    is_short = series is not None and series.are_small
    parts = calendar_parts(event_time.moments, features) if event_time and not is_short else {}
    parts = {part: because for part, because in parts.items() if f"{time}_{part}" not in columns}
    drafted = _drafted(columns[target], outcome, moments, features.values(), codes)
    changed = {*cleaned, *([time] if event_time and event_time.steps else [])}
    clean = [item for item in drafted if item.written["kwargs"]["column"] in changed]
    raw = [item for item in drafted if item not in clean]
    doubts = [outcome.doubt, event_time.doubt if event_time else ""]
    notes = [doubt for doubt in doubts if doubt]
    if guessed is not None:
        notes.append(
            f"{guessed} is taken for the event time, being the only moment in the data: the model is judged on later "
            "rows than it learned from; name another with --time, or write split: {by: stratified}"
        )
    notes += notes_on(rows.frame, others, features, has_time=time is not None)
    notes += [segments.note(target)] if segments else []
    return Decisions(
        rows=rows,
        target=columns[target],
        outcome=outcome,
        time=moments,
        event_time=event_time,
        parts=parts,
        features=tuple(features.values()),
        codes=tuple(codes),
        left_out=left_out,
        text=text,
        finite=clean_infinities({name: seen[name] for name in (*features, target)}),
        types=_types(rows, [*features, *segment_by, target, time, left_out.id], event_time),
        raw=tuple(raw),
        clean=tuple(clean),
        notes=tuple(notes),
        segments=segments,
    )


def _as_number(target: Column, outcome: Outcome) -> npt.NDArray[np.float64]:
    if outcome.task == "regression":
        return target.numbers
    looked_for = target.counts.index[-1 if outcome.task == "binary" else 0]
    return np.asarray((target.values == looked_for).to_numpy(dtype=np.float64, na_value=np.nan))


def _drafted(
    target: Column, outcome: Outcome, time: Column | None, features: Iterable[Column], codes: list[str]
) -> list[Drafted]:
    of_time = [expect_of_time(time)] if time is not None else []
    return [*expect_of_target(target, outcome.classes), *of_time, *expect_of_features(features, codes)]


def _types(rows: Rows, names: list[str | None], event_time: EventTime | None) -> dict[str, str]:
    types = {name: rows.words[name] for name in names if name is not None and name in rows.words}
    if rows.typed_by_source:
        types = {name: word for name, word in types.items() if name in rows.mixed}
    return types | dict(event_time.types or {} if event_time else {})
