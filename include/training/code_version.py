"""Code version: the commit a model was trained from, where there is one to tell."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import include


def code_version(folder: Path = Path(include.__file__).parent) -> dict[str, str]:
    """Return the commit of a folder and whether files in it differ from that commit.

    Returns
    -------
    dict of str to str
        ``commit`` and ``dirty`` (``true`` or ``false``); empty without git or a repository.

    Examples
    --------
    >>> code_version(Path("/"))
    {}
    """
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return {}
    changed = _git(folder, "status", "--porcelain", "--", ".")
    return {"commit": commit} if changed is None else {"commit": commit, "dirty": "true" if changed else "false"}


@cache
def own_version() -> dict[str, str]:
    """Return the version of the code that this process has begun with, which it goes on with whatever is edited."""
    return code_version()


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
