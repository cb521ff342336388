"""Leftovers: what a process was writing when it was killed, told apart from what a living one still writes.

Whoever writes aside holds a lock on its file or folder. The kernel lets go of it when the process ends, however it
ends; so what can be locked belongs to nobody any more.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import time
import uuid
from contextlib import suppress
from pathlib import Path

STALE_SECONDS = 7 * 24 * 3600
"""Whether a process on another machine still lives cannot be seen from here: what it left is taken away by its age."""


def own_name(stem: str) -> str:
    """Return a new name that says which machine it comes from.

    Examples
    --------
    >>> own_name("data.parquet").startswith("data.parquet.")
    True
    """
    return f"{stem[:40]}.{_machine()}.{uuid.uuid4().hex}"


def hold(path: Path) -> int:
    """Lock a file or folder that was just made, until the returned descriptor is closed.

    Raises
    ------
    FileNotFoundError
        If somebody took it for a leftover before it was locked: make another.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if not _lock(descriptor) or not os.path.samestat(os.fstat(descriptor), path.stat()):
            raise FileNotFoundError(path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def held_folder(parent: Path, stem: str) -> tuple[Path, int]:
    """Make a folder that only its owner may read, and hold it; return it with the descriptor that holds it."""
    while True:
        folder = parent / own_name(stem)
        folder.mkdir(mode=0o700)
        # Another process, sweeping, may have come between: then there is nothing left to hold.
        with suppress(FileNotFoundError):
            return folder, hold(folder)


def held_file(parent: Path, stem: str) -> tuple[Path, int]:
    """Make an empty file and hold it, as :func:`held_folder` does a folder."""
    while True:
        file = parent / own_name(stem)
        file.touch(exist_ok=False)
        with suppress(FileNotFoundError):
            return file, hold(file)


def sweep(folder: Path, pattern: str = "*") -> list[Path]:
    """Remove what killed processes left in a folder, and nothing that a living one holds.

    Parameters
    ----------
    folder : Path
        Whose entries are named by :func:`own_name`; it need not exist.
    pattern : str
        Of the entries to look at.

    Returns
    -------
    list of Path
        What was removed.
    """
    return [path for path in sorted(folder.glob(pattern)) if _is_removed(path)]


def _is_removed(path: Path) -> bool:
    parts = path.name.rsplit(".", 2)
    if len(parts) != 3:
        return False
    with suppress(OSError):
        if parts[1] != _machine():
            return time.time() - path.stat().st_mtime > STALE_SECONDS and _remove(path)
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            return os.fstat(descriptor).st_uid == os.getuid() and _lock(descriptor) and _remove(path)
        finally:
            os.close(descriptor)
    return False


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove(path: Path) -> bool:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()
    return not path.exists()


def _machine() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
