"""Member cache: the members of a fleet that stay loaded, those asked last, in no more memory than they are allowed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from include.domain.fleet import FleetMember

BYTES_IN_MEMORY = 256 * 2**20
"""Bytes of the files of members that stay loaded. Estimators were seen to take two to four times that in memory."""


class MemberCache:
    """Members that are loaded when they are asked first, and let go when others are asked meanwhile.

    Parameters
    ----------
    read : callable
        Loads a member.
    limit : int
        Bytes of files; the member that is asked is loaded in any case.
    """

    def __init__(self, read: Callable[[FleetMember], Any], *, limit: int = BYTES_IN_MEMORY) -> None:
        self._read, self._limit = read, limit
        self._kept: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, member: FleetMember) -> Any:
        """Return the estimator of a member."""
        with self._lock:
            if member.segment in self._kept:
                self._kept.move_to_end(member.segment)
                return self._kept[member.segment][0]
        # Read without the lock, so that a slow file keeps nobody waiting for other members; twice harms nobody.
        estimator = self._read(member)
        with self._lock:
            self._bytes += member.size - self._kept.pop(member.segment, (None, 0))[1]
            self._kept[member.segment] = estimator, member.size
            while self._bytes > self._limit and len(self._kept) > 1:
                self._bytes -= self._kept.popitem(last=False)[1][1]
        return estimator
