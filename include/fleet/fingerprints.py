"""Fingerprints of a fleet: what the model of a segment depends on, and what the verdict about it."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from include.domain.fingerprint import Fingerprint
from include.domain.fleet import SegmentResult
from include.domain.fleet_gate import segment_gate
from include.domain.record import digest
from include.domain.spec.fields import format_duration
from include.fleet.work import ChunkWork
from include.storage.code import fingerprint_of_code
from include.training.rows import DividedRows
from include.training.training_fingerprint import hash_of_rows, training_parameters


def training_of(work: ChunkWork, rows: DividedRows) -> str:
    """Return the fingerprint of a segment's training: its own rows and values, parameters, code and environment."""
    columns, half_life = rows.columns, work.plan.half_life
    parameters = training_parameters(work.spec, columns.names, columns.categorical_names)
    return Fingerprint(
        parts={
            "data": {"training_rows": hash_of_rows(rows.fitted.hashes), "values": _values(rows)},
            "parameters": {**parameters, **({"half_life": format_duration(half_life)} if half_life else {})},
            **work.made_by,
        }
    ).value


def judgement_of(work: ChunkWork, segment: str, training: str, holdout: pd.DataFrame) -> str:
    """Return the fingerprint of a segment's verdict: its training, the rows that judge, the rivals and the gate."""
    champion = work.champion
    member = champion.member(segment) if champion else None
    serving = work.serving_run
    pooled = [serving, work.plan.pooled_by == "baseline"]
    rivals = {
        # Where no member serves the segment, the pooled model does, whether there is a champion already or not.
        "champion": member.fingerprint if member else champion.pooled_run if champion else serving,
        "pooled": pooled,
        "prior_rows": work.spec.segment_by.prior_rows if work.spec.segment_by else 0,
    }
    judging = hashlib.sha256(pd.util.hash_pandas_object(holdout).to_numpy().tobytes()).hexdigest()
    return digest(
        {
            "training": training,
            "holdout": judging,
            "rivals": rivals,
            "gate": segment_gate(work.spec).to_json(),
            "code": fingerprint_of_code("evaluation", "statistics"),
        }
    )


def decided_before(work: ChunkWork, segment: str, judgement: str) -> SegmentResult | None:
    """Return the verdict of the last run, if it rests on the same things and left the segment as it was."""
    known = work.before.get(segment)
    if known is None or known.judged_as != judgement or known.outcome not in ("blocked", "inconclusive"):
        return None
    return known.model_copy(update={"reused": True, "seconds": 0.0})


def _values(rows: DividedRows) -> str:
    seen = hashlib.sha256(pd.util.hash_pandas_object(rows.fitted.features, index=False).to_numpy().tobytes())
    target = rows.fitted.target
    seen.update(target.tobytes() if target.dtype.kind in "biuf" else "\0".join(map(str, target)).encode())
    if rows.fitted.weights is not None:
        seen.update(np.ascontiguousarray(rows.fitted.weights).tobytes())
    return seen.hexdigest()
