"""Chunks: the segments of one task, each in a process that may raise, hang or die without taking others along."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import TimeoutError as Overdue
from typing import Any

import numpy as np
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from include.deployment.parents import die_with_the_parent
from include.domain.fleet import ChunkRef, KeptModel, Segment, SegmentResult
from include.domain.record import digest
from include.domain.spec import ModelSpec
from include.fleet.plan import read_plan
from include.fleet.segment import Trained, left_as_it_was, stays, train_segment
from include.fleet.shared_rows import JUDGE
from include.fleet.work import ChunkWork, open_work
from include.storage.store import Store
from include.training.fleet_answers import numbers_of
from include.training.fleet_files import digest_of
from include.training.models import known_classes

Told = Callable[[int, int, SegmentResult], None]

_OPENED: list[ChunkWork] = []
"""The work of this task, where the processes that are forked from it find it."""


def train_chunk(
    spec: ModelSpec,
    chunk: ChunkRef,
    store: Store,
    *,
    processes: int,
    before: dict[str, SegmentResult],
    told: Told = lambda done, of, result: None,
) -> str:
    """Train and judge the segments of a chunk, and store what became of them as one object.

    Parameters
    ----------
    spec : ModelSpec
    chunk : ChunkRef
    store : Store
    processes : int
        Segments that are worked on at the same time.
    before : dict of str to SegmentResult
        What became of each segment the last time.
    told : callable
        Told of every segment that is done: how many, of how many, and what became of it.

    Returns
    -------
    str
        Key of the object; one that is there already stands.
    """
    segments = read_plan(store, chunk.plan).chunks[chunk.number]
    key = _key(chunk, segments, before)
    if store.exists(key):
        return key
    work = open_work(spec, chunk, store, before)
    seconds = spec.segment_by.timeout.total_seconds() if spec.segment_by else None
    done = []
    for at, trained in enumerate(_isolated(work, segments, processes=processes, seconds=seconds), start=1):
        told(at, len(segments), trained.result)
        done.append(trained)
    store.put(key, _packed(spec, work, segments, done, key=key))
    return key


def _key(chunk: ChunkRef, segments: Sequence[Segment], before: Mapping[str, SegmentResult]) -> str:
    """Return where the work on a chunk is kept, by what is known before: a later run says what it need not do again."""
    known = [(one.key, before[one.key].judged_as, before[one.key].outcome) for one in segments if one.key in before]
    return f"{chunk.plan.rpartition('/')[0]}/chunks/{chunk.number:05d}-{digest(known)[:12]}.zip"


def _isolated(
    work: ChunkWork, segments: Sequence[Segment], *, processes: int, seconds: float | None
) -> Iterator[Trained]:
    """Yield what becomes of every segment, in their order."""
    _OPENED[:] = [work]
    try:
        with ProcessPool(
            max_workers=processes,
            context=multiprocessing.get_context("fork"),
            initializer=die_with_the_parent,
            initargs=[os.getpid()],
        ) as pool:
            try:
                asked = [pool.schedule(_train, args=[segment], timeout=seconds) for segment in segments]
                for segment, future in zip(segments, asked, strict=True):
                    problem = _problem(future)
                    yield future.result() if not problem else _failed(work, pool, segment, problem, seconds)
            except BaseException:
                pool.stop()  # type: ignore[no-untyped-call]
                raise
    finally:
        _OPENED.clear()


def _train(segment: Segment) -> Trained:
    return train_segment(_OPENED[0], segment)


def _problem(future: ProcessFuture[Trained]) -> str:
    error = future.exception()
    if error is None:
        return ""
    if isinstance(error, Overdue):
        return "took longer than segment_by.timeout"
    if isinstance(error, ProcessExpired):
        return f"its process died (exit code {error.exitcode})"
    return f"{type(error).__name__}: {error}"


def _failed(work: ChunkWork, pool: ProcessPool, segment: Segment, problem: str, seconds: float | None) -> Trained:
    """Return a segment that is served as before; what serves it may be broken by its rows too."""
    future = pool.schedule(_leave, args=[segment, problem], timeout=seconds)
    if future.exception() is None:
        return future.result()
    return Trained(left_as_it_was(work, segment, "failed", problem))


def _leave(segment: Segment, problem: str) -> Trained:
    work = _OPENED[0]
    frame, parts = work.rows_of(segment)
    return stays(work, segment, frame[parts == JUDGE], "failed", problem)


def _packed(
    spec: ModelSpec, work: ChunkWork, segments: Sequence[Segment], done: Sequence[Trained], *, key: str
) -> bytes:
    """Return one file with the results, the models that were judged and the answers about rows that judge."""
    written, results = io.BytesIO(), []
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as file:
        for at, trained in enumerate(done):
            result = trained.result
            if trained.content:
                kept = KeptModel(
                    key=key,
                    name=f"models/{at}.skops",
                    digest=digest_of(trained.content),
                    fingerprint=result.fingerprint,
                )
                file.writestr(kept.name, trained.content)
                result = result.model_copy(update={"kept": kept})
            results.append(result.to_json())
        file.writestr("results.json", json.dumps(results))
        answers = io.BytesIO()
        np.savez_compressed(answers, allow_pickle=False, **_answers(spec, work, segments, done))
        file.writestr("answers.npz", answers.getvalue())
    return written.getvalue()


def _answers(
    spec: ModelSpec, work: ChunkWork, segments: Sequence[Segment], done: Sequence[Trained]
) -> dict[str, np.ndarray[Any, Any]]:
    hashes, served, simple = [np.empty(0, np.uint64)], [], []
    classes = known_classes(spec, work.fleet_with({}))
    for segment, trained in zip(segments, done, strict=True):
        if trained.served is None or trained.baseline is None:
            continue
        frame, parts = work.rows_of(segment)
        hashes.append(frame.index.to_numpy()[parts == JUDGE])
        served.append(numbers_of(trained.served, classes))
        simple.append(numbers_of(trained.baseline, classes))
    blank = np.empty((0, len(classes) or 1))
    return {
        "hashes": np.concatenate(hashes),
        "served": np.concatenate([blank, *served]),
        "baseline": np.concatenate([blank, *simple]),
    }
