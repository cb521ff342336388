"""Load: a process that asks a server over some connections, each as soon as it has its answer, and times every one."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp

WARM_UP_SECONDS = 1.0


async def press(address: str, bodies: list[bytes], *, connections: int, seconds: float) -> dict[str, Any]:
    """Ask for some seconds, and return what it took.

    Parameters
    ----------
    address : str
    bodies : list of bytes
        JSON; sent in turn.
    connections : int
    seconds : float
        After a second that is not counted.

    Returns
    -------
    dict
        ``milliseconds`` of every request, ``seconds`` in all, ``failed``: status by number of answers other than 200.
    """
    times: list[float] = []
    failed: dict[str, int] = {}
    counted_from = time.perf_counter() + WARM_UP_SECONDS
    until = counted_from + seconds

    async def keep_asking(session: aiohttp.ClientSession, start: int) -> None:
        at = start
        while (began := time.perf_counter()) < until:
            async with session.post(address, data=bodies[at % len(bodies)]) as response:
                await response.read()
            if response.status != 200:
                failed[str(response.status)] = failed.get(str(response.status), 0) + 1
            elif began >= counted_from:
                times.append(1_000 * (time.perf_counter() - began))
            at += 1

    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=connections)) as session:
        await asyncio.gather(*(keep_asking(session, start) for start in range(connections)))
    return {"milliseconds": times, "seconds": time.perf_counter() - counted_from, "failed": failed}


def main() -> None:
    """Read address, file of bodies, connections and seconds off the command line; print what it took as JSON."""
    address, file, connections, seconds = sys.argv[1:]
    bodies = [line.encode() for line in Path(file).read_text(encoding="utf-8").splitlines()]
    done = asyncio.run(press(address, bodies, connections=int(connections), seconds=float(seconds)))
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    main()
