"""Replays apart: each has a store and a registry of its own, thrown away at the end; several run beside each other."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from include.deployment.airflow_settings import THREADS
from include.domain.spec import ModelSpec
from include.replay.plan import Plan
from include.replay.told import Happened, Replayed

Say = Callable[[Happened], None]


def nothing(happened: Happened) -> None:
    """Say nothing."""


def replay_apart(spec: ModelSpec, plan: Plan, specs: Path, say: Say = nothing) -> Replayed:
    """Replay a plan; nothing of this installation is read or written.

    Parameters
    ----------
    spec : ModelSpec
    plan : Plan
    specs : Path
        Folder of the spec; paths of suite files start there.
    say : callable
        Hears of everything as it happens.
    """
    with _world_of_its_own() as folder:
        # Only now: MLflow looks for its server when it is imported.
        from include.replay.loop import Loop
        from include.storage.store import open_store

        return Loop(spec, plan, open_store(str(folder / "store")), folder / "rows", say, specs=specs).run()


def replay_each(spec: ModelSpec, plans: Sequence[Plan], specs: Path, *, jobs: int | None = None) -> Iterator[Replayed]:
    """Replay plans beside each other, and yield what became of each in their order.

    Parameters
    ----------
    spec, specs
        As for :func:`replay_apart`.
    plans : sequence of Plan
    jobs : int, optional
        Processes; as many as there are cores if left out.
    """
    wanted = min(jobs or len(os.sched_getaffinity(0)), len(plans))
    if wanted <= 1:
        yield from (replay_apart(spec, plan, specs) for plan in plans)
        return
    # Begun afresh: a fork would take along the threads and databases that this process has opened.
    with ProcessPoolExecutor(wanted, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            yield from pool.map(replay_apart, *zip(*((spec, plan, specs) for plan in plans), strict=True))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


@contextmanager
def _world_of_its_own() -> Iterator[Path]:
    """Give a replay a registry in a folder that is thrown away."""
    before = os.environ.get("MLFLOW_TRACKING_URI")
    for variable in THREADS:
        # Small models gain nothing by many threads, and replays of several seeds lose much.
        os.environ.setdefault(variable, "1")
    with tempfile.TemporaryDirectory(prefix="sluice-replay-") as name:
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{name}/mlflow.db"
        try:
            yield Path(name)
        finally:
            if before is None:
                del os.environ["MLFLOW_TRACKING_URI"]
            else:
                os.environ["MLFLOW_TRACKING_URI"] = before
