"""The story of the demand example: what happens after its first champion, planned to the day, so that it can be found.

For nineteen months customers buy as the first model learns, and for two windows more. Then prices and promotions stop
moving them, and they buy more on weekdays and less at weekends; of the inputs only last week's sales tell of it.
"""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from include.domain.references import Window
from include.simulators.events import ConceptChange
from include.simulators.grocery_demand import START, simulate_grocery_demand

_FIRST = START + timedelta(days=570)
_LENGTH = timedelta(days=28)

HISTORY = Window(end=_FIRST)
"""What the first champion learns from and is judged on."""

WINDOWS = tuple(Window(start=_FIRST + i * _LENGTH, end=_FIRST + (i + 1) * _LENGTH) for i in range(5))
"""What is scored and monitored after it, window by window."""

CHANGED = 2
"""Position of the first window in which the world is another one."""

CHANGE = ConceptChange(start=_FIRST + CHANGED * _LENGTH)


def grocery_demand() -> pd.DataFrame:
    """Return the sales of the history and of all windows after it.

    Examples
    --------
    >>> sales = grocery_demand()
    >>> print(sales["day"].min(), sales["day"].max(), WINDOWS[-1].end)
    2023-01-01 00:00:00+00:00 2024-12-10 00:00:00+00:00 2024-12-11 00:00:00+00:00
    """
    return simulate_grocery_demand((CHANGE.start - START + (len(WINDOWS) - CHANGED) * _LENGTH).days, events=(CHANGE,))
