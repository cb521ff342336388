"""Downloads: every content of a remote object is fetched once, and found again by its entity tag."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from include.domain.errors import UnavailableError
from include.storage.leftovers import held_folder, sweep

_STEM = "incoming"


class DownloadCache:
    """Files below ``$SLUICE_HOME/cache`` (``.sluice/cache`` where that is not set); it may be deleted at any time.

    Parameters
    ----------
    origin : str
        Where the objects come from: endpoint and bucket.
    """

    def __init__(self, origin: str) -> None:
        home = Path(os.environ.get("SLUICE_HOME", ".sluice")).absolute()
        self._folder = home / "cache" / hashlib.sha256(origin.encode()).hexdigest()[:16]

    def file(self, name: str, tag: str, download: Callable[[Path], None]) -> Path:
        """Return the file of that name and entity tag, downloaded if it is not there yet.

        Raises
        ------
        UnavailableError
            Where the disk is full or must not be written.
        """
        content = hashlib.sha256(f"{name} {tag}".encode()).hexdigest()[:32]
        target = self._folder / content / name.rpartition("/")[2]
        if target.is_file():
            return target
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            sweep(self._folder, f"{_STEM}.*")
            # A folder, because the client writes its parts under names of its own.
            aside, held = held_folder(self._folder, _STEM)
            try:
                download(aside / "file")
                (aside / "file").replace(target)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
                os.close(held)
        except OSError as error:
            raise UnavailableError(f"folder {self._folder} cannot be used: {error.strerror}; make room") from error
        return target
