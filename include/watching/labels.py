"""Labels: what has become known of a window's rows by some moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pandas as pd

from include.data.access import SourceAccess
from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.domain.spec.data import FileSource, SqlSource
from include.storage.store import Store


def known_labels(
    spec: ModelSpec,
    store: Store,
    window: Window,
    *,
    as_of: datetime,
    access: Callable[[FileSource | SqlSource], SourceAccess],
) -> pd.Series | None:
    """Return the labels of a window by row id."""
    return None
