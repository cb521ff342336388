"""Packing: segments into chunks of about equal rows, a few for every worker, so that none waits for the others."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

CHUNKS_A_SLOT = 2
"""Chunks for every slot of the executor: enough that the last ones even out, too few to be felt by the scheduler."""

ROWS_AT_MOST = 500_000
"""Rows of a chunk, which are in memory at once."""


def pack(sizes: Sequence[int], *, slots: int) -> list[list[int]]:
    """Return the segments of each chunk, by their places, the largest first.

    Parameters
    ----------
    sizes : sequence of int
        Rows of each segment.
    slots : int
        Tasks that run at the same time.

    Notes
    -----
    Longest processing time first: the next largest goes where least is (Graham 1969, Bounds on multiprocessing timing
    anomalies); the fullest chunk holds at most a third more than it had to.

    Examples
    --------
    >>> pack([5, 9, 4, 1], slots=1)
    [[1, 3], [0, 2]]
    """
    wanted = max(CHUNKS_A_SLOT * slots, -(-sum(sizes) // ROWS_AT_MOST))
    count = max(1, min(wanted, len(sizes)))
    heap = [(0, chunk) for chunk in range(count)]
    chunks: list[list[int]] = [[] for _ in range(count)]
    for place in sorted(range(len(sizes)), key=lambda i: (-sizes[i], i)):
        rows, chunk = heapq.heappop(heap)
        chunks[chunk].append(place)
        heapq.heappush(heap, (rows + sizes[place], chunk))
    return chunks
