"""Wording: an outcome in one line, as it stands in verdicts, logs and reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from include.domain.spec import Expectation
from include.quality.asked import OWN_TITLES
from include.quality.outcome import Outcome

_COLUMNS = ("column", "column_A", "column_B", "column_list")
_NOT_ASKED = (*_COLUMNS, "meta", "notes", "severity", "description", "partition_object", "condition_parser")
_CUT = 160


def sentence(outcome: Outcome, examples: Sequence[str]) -> str:
    """Return what became of an expectation: its title, how many rows fail it, why it is expected, and examples.

    Examples
    --------
    >>> import numpy as np
    >>> from include.domain.spec import Expectation
    >>> fare = Expectation(type="expect_column_values_to_be_between", kwargs={"column": "fare", "min_value": 0})
    >>> sentence(Outcome(fare, met=False, rows=200, failing=np.array([3])), ["-2.5 (row 81)"])
    'column_values_to_be_between.fare: column fare; 1 of 200 rows (0.5 %); asked min_value 0; for example -2.5 (row 81)'
    """
    expectation = outcome.expectation
    parts = [_columns(outcome), _count(outcome), "" if outcome.set_aside else outcome.observed, _asked(expectation)]
    parts += [f"because {expectation.because}" if expectation.because else ""]
    parts += [f"for example {', '.join(examples)}" if examples else ""]
    title = outcome.title if expectation.required else f"{outcome.title} (not required)"
    return f"{title}: {'; '.join(part for part in parts if part) or 'not met'}"


def share(part: int, whole: int) -> str:
    """Return a share in percent, never rounded to nothing.

    Examples
    --------
    >>> share(11, 10_000), share(1, 1_000_000), share(0, 5)
    ('0.11 %', '0.0001 %', '0 %')
    """
    return share_of_one(part / whole if whole else 0.0)


def share_of_one(value: float) -> str:
    """Return a share between 0 and 1 in percent.

    Examples
    --------
    >>> share_of_one(0.25)
    '25 %'
    """
    percent = 100 * value
    return f"{round(percent, 2):g} %" if percent >= 0.01 or percent == 0 else f"{percent:.1g} %"


def _columns(outcome: Outcome) -> str:
    kwargs = outcome.expectation.kwargs
    named = [kwargs[key] for key in _COLUMNS if key in kwargs]
    names = [str(name) for item in named for name in (item if isinstance(item, list | tuple) else [item])]
    return f"column{'s' if len(names) > 1 else ''} {', '.join(names)}" if names else ""


def _count(outcome: Outcome) -> str:
    failing = outcome.failed
    if not failing or outcome.rows is None:
        return ""
    verb = " set aside" if outcome.set_aside else ""
    return f"{failing:,} of {outcome.rows:,} rows{verb} ({share(failing, outcome.rows)})"


def _asked(expectation: Expectation) -> str:
    if expectation.title.startswith(OWN_TITLES):
        return ""
    asked = [f"{key} {_value(value)}" for key, value in expectation.kwargs.items() if key not in _NOT_ASKED]
    text = f"asked {', '.join(asked)}"
    return (text if len(text) <= _CUT else f"{text[: _CUT - 1]}…") if asked else ""


def _value(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
