"""Outcomes: what became of one expectation, taken from the result of Great Expectations."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from include.domain.spec import Expectation

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

PLACES_AT_MOST = 1_000_000
"""How many failing rows are remembered of an expectation, unless all of them have to be set aside."""

_CUT = 300


@dataclass(frozen=True)
class Outcome:
    """What became of one expectation.

    Parameters
    ----------
    expectation : Expectation
    met : bool
    answered : bool
        Whether it could be judged at all.
    rows : int, optional
        Rows it looked at.
    failing : ndarray of int
        Places of the rows that fail it, if it can say which; not all of them where they are very many.
    failing_rows : int, optional
        How many rows fail it; as many as there are places, if left out.
    observed : str
        What was seen instead, if it is about a column or a table; why it could not be judged, if it could not.
    set_aside : int
        Rows that were taken out of the dataset because they fail it.
    """

    expectation: Expectation
    met: bool
    answered: bool = True
    rows: int | None = None
    failing: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    observed: str = ""
    set_aside: int = 0
    failing_rows: int | None = None

    @property
    def title(self) -> str:
        """The name of the expectation."""
        return self.expectation.title

    @property
    def failed(self) -> int:
        """How many rows fail it."""
        return len(self.failing) if self.failing_rows is None else self.failing_rows

    def with_rows_set_aside(self) -> Self:
        """Return the outcome after every failing row has been taken out: nothing is left that fails it."""
        return replace(self, met=True, set_aside=len(self.failing))

    def observing(self, text: str) -> Self:
        """Return the outcome with another account of what was seen."""
        return replace(self, observed=text)


class Judged(NamedTuple):
    """What became of some expectations, and what Great Expectations said of each, by title."""

    outcomes: list[Outcome]
    results: dict[str, ExpectationValidationResult]

    def joined(self, other: Judged) -> Judged:
        """Return both."""
        return Judged([*self.outcomes, *other.outcomes], self.results | other.results)


def outcome_of(expectation: Expectation, result: ExpectationValidationResult | None) -> Outcome:
    """Read what Great Expectations said; silence and exceptions count as failed.

    Parameters
    ----------
    expectation : Expectation
    result : ExpectationValidationResult, optional
        None where no result bears the title of the expectation.
    """
    if result is None:
        return Outcome(expectation, met=False, answered=False, observed="Great Expectations gave no answer")
    raised = _exceptions(result.exception_info or {})
    if raised:
        return Outcome(expectation, met=False, answered=False, observed=f"could not be judged: {raised[:_CUT]}")
    seen = result.result or {}
    outcome = Outcome(
        expectation,
        met=bool(result.success),
        rows=_count(seen.get("element_count")),
        failing=np.asarray(seen.get("unexpected_index_list") or (), dtype=np.int64),
        observed=_observed(seen),
    )
    return _looked_at_something(outcome, seen)


def failing_rows_of(result: ExpectationValidationResult | None) -> int:
    """Return how many rows fail, as Great Expectations counted them; of a set of values it counts those, not rows."""
    seen = (result.result if result else None) or {}
    return int(seen.get("unexpected_count") or 0) if "element_count" in seen else 0


def _looked_at_something(outcome: Outcome, seen: dict[str, Any]) -> Outcome:
    """Fail an expectation about each value that met no value: it has shown nothing.

    A condition on rows that selects none is another matter: what it says is true of all of them.
    """
    rows = outcome.rows
    if rows is None or outcome.expectation.kwargs.get("row_condition") is not None:
        return outcome
    missing = _count(seen.get("missing_count")) or 0
    if rows > missing:
        return outcome
    why = f"all {rows:,} values are missing" if rows else "there are no rows"
    return replace(outcome, met=False, observed=f"looked at no value: {why}")


def _exceptions(info: dict[str, Any]) -> str:
    # One level deep, or one entry for each metric that failed.
    entries = [info] if "raised_exception" in info else [entry for entry in info.values() if isinstance(entry, dict)]
    messages = [str(entry.get("exception_message")) for entry in entries if entry.get("raised_exception")]
    return "; ".join(dict.fromkeys(" ".join(message.split()) for message in messages))


def _observed(seen: dict[str, Any]) -> str:
    if "element_count" in seen:
        return ""
    value = seen.get("observed_value")
    if value is None:
        details = seen.get("details") or {key: seen[key] for key in ("unexpected_count",) if key in seen}
        return f"saw nothing ({details})"[:_CUT] if details else "saw nothing"
    return f"saw {_plain(value)}"[:_CUT]


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return f"{value:.10g}"
    return value if isinstance(value, int | str | bool) or value is None else str(value)


def _count(value: Any) -> int | None:
    return None if value is None else int(value)
