"""Quality by all labels, whenever they came: what a version said of a window, and what the first would have said."""

from __future__ import annotations

import math

from include.domain.references import ModelVersionRef, Window
from include.domain.spec import ModelSpec
from include.evaluation.judged import judge
from include.evaluation.measured import unanswerable
from include.evaluation.scores import score
from include.storage.store import Store
from include.training.models import predict
from include.watching.champion import Champions, as_logged
from include.watching.labels import KnownLabels
from include.watching.rows import rows_in
from include.watching.served import Served


def quality_of(spec: ModelSpec, served: Served) -> float | None:
    """Return the deciding metric of labelled predictions, or None where it is not defined for these rows."""
    rows = served.where(served.labelled(spec))
    if not len(rows):
        return None
    judged = judge(spec, rows.frame, rows.said)
    if unanswerable(spec.deciding_metric, judged):
        return None
    value = score(spec.deciding_metric, judged)
    return value if math.isfinite(value) else None


def quality_beside(
    store: Store,
    window: Window,
    labels: KnownLabels,
    champions: Champions,
    *,
    version: ModelVersionRef,
    first: ModelVersionRef,
) -> tuple[float | None, float | None]:
    """Return the deciding metric of a window as it was served, and as if nothing had been trained again.

    Parameters
    ----------
    store : Store
    window : Window
    labels : KnownLabels
        Of all windows.
    champions : Champions
    version, first : ModelVersionRef
        Who served the window, and who was champion first; both clean their rows alike.
    """
    spec = champions.know(version).spec
    served = rows_in(spec, store, window, labels.by_row, version=version.version).served
    quality = quality_of(spec, served)
    if version == first:
        return quality, quality
    said = as_logged(predict(spec, champions.know(first).model, served.frame))
    return quality, quality_of(spec, Served(served.frame, said))
