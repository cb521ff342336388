"""The outcome of all chunks: what became of every segment, where its model lies, and what was answered."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from include.domain.fleet import SegmentResult
from include.storage.store import Store
from include.training.fleet_answers import Answers


@dataclass(frozen=True)
class Outcome:
    """What became of all chunks.

    Parameters
    ----------
    results : tuple of SegmentResult
        In the order of the segments' names.
    places : dict of str to (Path, str)
        File of a chunk, and name in it, where the model of a segment lies that was judged.
    answers : dict of str to array
    """

    results: tuple[SegmentResult, ...]
    places: dict[str, tuple[Path, str]]
    answers: Answers


def collect(keys: Sequence[str], store: Store) -> Outcome:
    """Bring together what the tasks of all chunks left in the store."""
    results: list[SegmentResult] = []
    places: dict[str, tuple[Path, str]] = {}
    parts: list[dict[str, Any]] = []
    for key in keys:
        path = store.local_copy(key)
        with zipfile.ZipFile(path) as file:
            found = [SegmentResult.model_validate(one) for one in json.loads(file.read("results.json"))]
            kept = {one.segment: one.kept for one in found if one.kept is not None and one.kept.key == key}
            places |= {segment: (path, model.name) for segment, model in kept.items()}
            with np.load(io.BytesIO(file.read("answers.npz")), allow_pickle=False) as answers:
                parts.append(dict(answers))
        results += found
    whole = {name: np.concatenate([part[name] for part in parts]) for name in ("hashes", "served", "baseline")}
    return Outcome(tuple(sorted(results, key=lambda result: result.segment)), places, whole)
