"""Services: the long-lived processes of one installation, each in a process group of its own.

One that ends by itself is started again, and none is left behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import requests

from include.domain.errors import SluiceError

STOP_SECONDS = 15
ORPHAN_SECONDS = 3
PATIENCE_SECONDS = (1, 2, 4, 8, 16, 30)
"""Waits before a service is started for the second time, the third, …; the last one for ever after."""


class Service(NamedTuple):
    """A process to keep running.

    Parameters
    ----------
    name : str
        Names the log file.
    command : list of str
    health : str or None
        Address that answers 200 once the service is ready; None if there is nothing to ask.
    """

    name: str
    command: list[str]
    health: str | None = None


@contextmanager
def running(
    services: list[Service], environment: Mapping[str, str], logs: Path, wait_seconds: float = 90
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start services, wait until every one answers, and stop all of them at the end, whatever happens.

    Yields
    ------
    list of Popen
        One for each service. A service that ends meanwhile is started again, and takes its place in the list.

    Raises
    ------
    SluiceError
        If one ends early or does not answer in time; names its log.
    """
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for service in services:
            processes.append(_start(service, environment, logs))
        for service, process in zip(services, processes, strict=True):
            if service.health:
                await_health(service, process, logs, wait_seconds)
        with _kept(services, processes, environment, logs):
            yield processes
    finally:
        stop(processes)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let the first SIGTERM, SIGINT or SIGHUP end the block as Ctrl-C does; the next ones do not disturb what it stops.

    A shell starts what runs in its background with SIGINT ignored, and Python leaves it so.
    """
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def await_health(service: Service, process: subprocess.Popen[bytes], logs: Path, wait_seconds: float) -> None:
    """Return once the service answers 200."""
    deadline = time.monotonic() + wait_seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SluiceError(f"{service.name} ended with code {process.returncode}: see {logs / service.name}.log")
        if _answers(service.health or ""):
            return
        time.sleep(0.2)
    raise SluiceError(f"{service.name} did not answer within {wait_seconds:.0f} s: see {logs / service.name}.log")


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask every process group to end, then end what is left."""
    for process in reversed(processes):
        _signal(process, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        _wait(process, lambda: max(0.1, deadline - time.monotonic()))
        _signal(process, signal.SIGKILL)
        process.wait()


@contextmanager
def _kept(
    services: list[Service], processes: list[subprocess.Popen[bytes]], environment: Mapping[str, str], logs: Path
) -> Iterator[None]:
    """Start again what ends: Airflow's scheduler, for one, ends when its database drops a connection."""
    over = threading.Event()

    def keep(number: int) -> None:
        starts = 0
        while not over.wait(PATIENCE_SECONDS[min(starts, len(PATIENCE_SECONDS) - 1)]):
            if processes[number].poll() is None:
                continue
            _end_orphans(processes[number])
            processes[number] = _start(services[number], environment, logs)
            starts += 1

    keepers = [threading.Thread(target=keep, args=[number], daemon=True) for number in range(len(services))]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        over.set()
        for keeper in keepers:
            keeper.join()


def _end_orphans(process: subprocess.Popen[bytes]) -> None:
    """End what a service that is gone had started: it would go on for nobody. Tasks are given time to say so."""
    _signal(process, signal.SIGTERM)
    deadline = time.monotonic() + ORPHAN_SECONDS
    while time.monotonic() < deadline and _signal(process, 0):
        time.sleep(0.1)
    _signal(process, signal.SIGKILL)


def _start(service: Service, environment: Mapping[str, str], logs: Path) -> subprocess.Popen[bytes]:
    with (logs / f"{service.name}.log").open("ab") as log:
        return subprocess.Popen(
            service.command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False


def _wait(process: subprocess.Popen[bytes], seconds: Callable[[], float]) -> None:
    try:
        process.wait(timeout=seconds())
    except subprocess.TimeoutExpired:
        return


def _signal(process: subprocess.Popen[bytes], number: int) -> bool:
    """Send a signal to a process group, 0 to none of them, and return whether there is one."""
    # The group outlives its leader where workers are still ending, so it is asked even after the leader has gone.
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return False
    return True
