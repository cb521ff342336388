"""Data seen: what the checks found in the rows of a window, those included that were set aside and never scored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from include.domain.concerns import MISSING_PREDICTIONS
from include.domain.evidence import Evidence, Observation
from include.domain.prediction_set import PredictionSet
from include.domain.requirement import CHECKED_EXPECTATIONS, FAILED_REQUIRED_EXPECTATIONS, QUARANTINED_SHARE, ROWS
from include.domain.spec import ModelSpec
from include.quality.result import QualityResult
from include.serving.preparing import RowsToScore, check_to_score, clean_to_score
from include.storage.store import Store
from include.watching.served import Served


def checks_of(
    spec: ModelSpec, sets: Sequence[PredictionSet], store: Store, *, as_of: datetime | None, folder: Path
) -> tuple[QualityResult, ...]:
    """Return what the checks of the scored snapshots found; what was checked when they were scored is not run again.

    Parameters
    ----------
    spec : ModelSpec
        Of :func:`include.serving.preparing.spec_to_score`.
    sets : sequence of PredictionSet
    store : Store
    as_of : datetime, optional
        What freshness is measured from.
    folder : Path
        Folder of the spec; paths of suite files start there.
    """
    found: list[QualityResult] = []
    for made in sets:
        if made.snapshot is None:
            continue
        rows = RowsToScore(window=made.window, snapshot=made.snapshot)
        rows = check_to_score(spec, rows, store, suite="raw", as_of=as_of, folder=folder)
        rows = check_to_score(spec, clean_to_score(spec, rows, store), store, suite="clean", as_of=as_of, folder=folder)
        found += [result for result in (rows.raw, rows.clean) if result is not None]
    return tuple(found)


def observe_data(
    sets: Sequence[PredictionSet], checks: Sequence[QualityResult], served: Served
) -> tuple[Observation, ...]:
    """Observe how many rows arrived, what was asked of them, and which were set aside.

    Parameters
    ----------
    sets : sequence of PredictionSet
    checks : sequence of QualityResult
        Of :func:`checks_of`.
    served : Served

    Returns
    -------
    tuple of Observation
        Each rests on the rows that arrived; without any of them nothing can be said.
    """
    scored = sum(made.rows for made in sets)
    aside = sum(dataset.rows for made in sets for dataset in made.quarantined)
    arrived = arrived_rows(sets)
    evidences = [check.evidence for check in checks]
    nothing = "" if arrived else "no row arrived"
    asked = _sum(evidences, CHECKED_EXPECTATIONS)
    share = aside / arrived if arrived else None
    counts = (
        Observation(name=ROWS, value=scored, unit="count", n=arrived, detail=nothing),
        Observation(name=CHECKED_EXPECTATIONS, value=asked, unit="count", n=arrived, detail=nothing),
        Observation(
            name=FAILED_REQUIRED_EXPECTATIONS,
            value=_sum(evidences, FAILED_REQUIRED_EXPECTATIONS),
            unit="count",
            n=arrived,
            detail=nothing or _details(evidences, FAILED_REQUIRED_EXPECTATIONS),
        ),
        Observation(
            name=QUARANTINED_SHARE,
            value=share,
            unit="share",
            n=arrived,
            detail=nothing or _details(evidences, QUARANTINED_SHARE),
        ),
        Observation(name=MISSING_PREDICTIONS, value=served.unanswered if scored else None, unit="count", n=arrived),
    )
    return (*counts, *_each(evidences))


def arrived_rows(sets: Sequence[PredictionSet]) -> int:
    """Return how many rows arrived, whatever became of them."""
    answered = sum(made.rows + sum(dataset.rows for dataset in made.quarantined) for made in sets)
    return max(sum(made.snapshot.rows for made in sets if made.snapshot is not None), answered)


def _sum(evidences: Sequence[Evidence], name: str) -> float | None:
    values = [seen.value for evidence in evidences if (seen := evidence.find(name)) and seen.value is not None]
    return sum(values) if values else None


def _details(evidences: Sequence[Evidence], name: str) -> str:
    return "\n".join(seen.detail for evidence in evidences if (seen := evidence.find(name)) and seen.detail)


def _each(evidences: Sequence[Evidence]) -> tuple[Observation, ...]:
    """Return every expectation once: the worst of what became of it."""
    worst: dict[str, Observation] = {}
    for evidence in evidences:
        for seen in evidence.observations:
            if seen.name.startswith("expectation."):
                before = worst.get(seen.name)
                if before is None or (seen.value or 0) < (before.value or 0) or (seen.detail and not before.detail):
                    worst[seen.name] = seen
    return tuple(worst.values())
