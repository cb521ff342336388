"""A segment: its member is trained, shown the segment's holdout beside every rival, and decided about by its gate."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.errors import DataError
from include.domain.fleet import FleetMember, Segment, SegmentResult
from include.domain.fleet_gate import segment_gate
from include.domain.gate import decide
from include.domain.predictions import Predictions
from include.domain.verdict import Verdict
from include.evaluation.segment import Contest, evaluate_segment
from include.fleet.fingerprints import decided_before, judgement_of, training_of
from include.fleet.kept_models import read_kept
from include.fleet.shared_rows import JUDGE, LEARN, NEITHER
from include.fleet.work import ChunkWork
from include.training.estimators import build_baseline, build_pipeline
from include.training.fitting import fit
from include.training.fleet_files import digest_of, dump_model, load_member
from include.training.models import predict
from include.training.rows import EMBARGOED, HOLDOUT, TRAINING, DividedRows, divide

_PART = {LEARN: TRAINING, JUDGE: HOLDOUT, NEITHER: EMBARGOED}


@dataclass(frozen=True)
class Trained:
    """What the training of a segment leaves behind.

    Parameters
    ----------
    result : SegmentResult
    content : bytes
        File of the model that was judged; empty where none was.
    served, baseline : Predictions or None
        Of the rows that judge: what will be answered, and what the baseline answers; None where they cannot be judged.
    """

    result: SegmentResult
    content: bytes = b""
    served: Predictions | None = None
    baseline: Predictions | None = None


def train_segment(work: ChunkWork, segment: Segment) -> Trained:
    """Train and judge the member of a segment, unless there is nothing to train or nothing has changed.

    Parameters
    ----------
    work : ChunkWork
    segment : Segment

    Returns
    -------
    Trained

    Raises
    ------
    Exception
        Whatever the rows of the segment make the estimator raise.
    """
    frame, parts = work.rows_of(segment)
    holdout = frame[parts == JUDGE]
    asked = not work.plan.asked or segment.key in work.plan.asked
    least = work.spec.segment_by.rows_at_least if work.spec.segment_by else 0
    if not asked:
        return stays(work, segment, holdout, "not_asked", "training was asked for other segments")
    if segment.learned < least or segment.judged == 0:
        few = f"{segment.learned:,} rows to learn from, asked are {least:,}; {segment.judged:,} rows to judge by"
        return stays(work, segment, holdout, "too_small", few)
    rows = divide(work.spec, frame, _named(frame, parts), half_life=work.plan.half_life)
    training = training_of(work, rows)
    kept = work.champion.member(segment.key) if work.champion else None
    if kept is not None and kept.fingerprint == training:
        trained = stays(work, segment, holdout, "unchanged", "nothing changed since the champion's was trained")
        return replace(trained, result=trained.result.model_copy(update={"fingerprint": training}))
    judgement = judgement_of(work, segment.key, training, holdout)
    before = decided_before(work, segment.key, judgement)
    if before is not None:
        return replace(stays(work, segment, holdout, before.outcome, before.reason), result=before)
    began = time.perf_counter()
    trained = _challenge(work, segment, rows, holdout, training=training)
    told = {"judged_as": judgement, "seconds": round(time.perf_counter() - began, 3)}
    return replace(trained, result=trained.result.model_copy(update=told))


def left_as_it_was(work: ChunkWork, segment: Segment, outcome: Any, reason: str) -> SegmentResult:
    """Return that a segment is served as it was: by the champion's member, or the pooled model where it has none."""
    member = work.champion.member(segment.key) if work.champion else None
    before = work.before.get(segment.key)
    return SegmentResult(
        segment=segment.key,
        learned=segment.learned,
        judged=segment.judged,
        outcome=outcome,
        served_by="champion" if member else "pooled",
        reason=reason,
        member=member,
        kept=before.kept if before else None,
    )


def stays(work: ChunkWork, segment: Segment, holdout: pd.DataFrame, outcome: Any, reason: str) -> Trained:
    """Return a segment that is left as it was, and what is answered about its rows that judge."""
    result = left_as_it_was(work, segment, outcome, reason)
    served = _of_the_champion(work, holdout) if result.served_by == "champion" else _of_the_pooled(work, holdout)
    return Trained(result, b"", served, _said_simply(work, segment, holdout))


def _challenge(
    work: ChunkWork, segment: Segment, rows: DividedRows, holdout: pd.DataFrame, *, training: str
) -> Trained:
    spec = work.spec
    known = _fitted_before(work, segment, training)
    estimator, content = known or _fitted(work, segment, rows)
    prior = spec.segment_by.prior_rows if spec.segment_by else 0
    member = FleetMember(
        segment=segment.key,
        fingerprint=training,
        rows=len(rows.fitted),
        weight=len(rows.fitted) / (len(rows.fitted) + prior),
        leans_on=work.serving_run if prior else "",
        run_id="",
        digest=digest_of(content),
    )
    contest = Contest(
        predict(spec, work.fleet_with({segment.key: (member, estimator)}), holdout),
        predict(spec, _fleet_of_baseline(work, segment, rows), holdout),
        _of_the_pooled(work, holdout),
        _of_the_champion(work, holdout),
    )
    evidence, scores = evaluate_segment(
        spec,
        f"{spec.name} segment {segment.key}",
        holdout,
        contest,
        trained_on=rows.fitted.hashes,
        champion_trained_on=work.known_to_champion,
    )
    verdict = decide(segment_gate(spec), evidence)
    improved = evidence.find(spec.improvement("baseline").observation)
    interval = improved.interval if improved else None
    judgeable = all(value is not None and math.isfinite(value) for value in scores.values())
    result = SegmentResult(
        segment=segment.key,
        learned=len(rows.fitted),
        judged=len(holdout),
        outcome=verdict.outcome,
        served_by="challenger",
        reason=_in_short(verdict),
        member=member,
        metric=spec.improvement("baseline").metric,
        **scores,
        improvement=improved.value if improved else None,
        improvement_low=interval.low if interval else None,
        improvement_high=interval.high if interval else None,
        fingerprint=training,
        model_reused=known is not None,
    )
    served: Predictions | None = contest.candidate
    if not verdict.passed:
        left = left_as_it_was(work, segment, verdict.outcome, result.reason)
        served = contest.champion if left.served_by == "champion" else contest.pooled
        result = result.model_copy(update={"served_by": left.served_by, "member": left.member})
    return Trained(result, content, served if judgeable else None, contest.baseline if judgeable else None)


def _fitted(work: ChunkWork, segment: Segment, rows: DividedRows) -> tuple[Any, bytes]:
    """Return the model of a segment, and its file."""
    estimator = build_pipeline(work.spec, rows.columns, work.spec.training.parameters)
    fit(work.spec, estimator, rows.fitted)
    return estimator, dump_model(work.spec, estimator, segment=segment.key)


def _fitted_before(work: ChunkWork, segment: Segment, training: str) -> tuple[Any, bytes] | None:
    """Return the model that was judged the last time, and its file, if it is what a fit would come to again."""
    before = work.before.get(segment.key)
    if before is None or before.kept is None or before.kept.fingerprint != training:
        return None
    content = read_kept(work.kept, before.kept)
    if content is None:
        return None
    subject = f"the model of {segment.key} of an earlier run"
    trusted = work.spec.training.trusted_types
    return load_member(content, trusted_types=trusted, subject=subject, allowed=[]), content


def _of_the_pooled(work: ChunkWork, holdout: pd.DataFrame) -> Predictions:
    return predict(work.spec, work.fleet_with({}), holdout)


def _of_the_champion(work: ChunkWork, holdout: pd.DataFrame) -> Predictions | None:
    if work.champion is None:
        return None
    return predict(work.champion.spec, work.champion.model, work.champion_rows.loc[holdout.index])


def _said_simply(work: ChunkWork, segment: Segment, holdout: pd.DataFrame) -> Predictions:
    """Return what the simple model of the segment says; that of all segments where the rows are too few to make one."""
    frame, parts = work.rows_of(segment)
    try:
        rows = divide(work.spec, frame, _named(frame, parts))
    except DataError:
        return predict(work.spec, work.pooled.baseline, holdout)
    return predict(work.spec, _fleet_of_baseline(work, segment, rows), holdout)


def _named(frame: pd.DataFrame, parts: NDArray[np.int8]) -> pd.Series:
    """Return the parts of rows as training calls them."""
    return pd.Series([_PART[int(part)] for part in parts], index=frame.index, dtype=object)


def _fleet_of_baseline(work: ChunkWork, segment: Segment, rows: DividedRows) -> Any:
    """Return the simple model of the segment's own rows, as a fleet that knows the classes of all."""
    baseline = build_baseline(work.spec).fit(rows.fitted.features, rows.fitted.target)
    described = FleetMember(segment=segment.key, fingerprint="", rows=len(rows.fitted), run_id="", digest="")
    fleet = work.fleet_with({segment.key: (described, baseline)})
    fleet.pooled = work.pooled.baseline
    return fleet


def _in_short(verdict: Verdict) -> str:
    unmet = [f"{r.requirement}: asked {r.asked}, saw {r.seen}" for r in verdict.reasons if r.outcome != "passed"]
    return "; ".join(unmet) or "every requirement was met"
