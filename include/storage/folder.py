"""A folder as a store: a file is written aside, forced to the disk, and then takes its name in one step."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from include.domain.errors import SluiceError, UnavailableError
from include.storage.keys import INCOMING, checked_key, checked_prefix
from include.storage.leftovers import held_file, sweep


class FolderStore:
    """Objects as files of the same name below one folder.

    Parameters
    ----------
    folder : Path
        Made by the first write. It has to lie on one file system, with hard links.

    Notes
    -----
    ``rename(2)`` replaces a name and ``link(2)`` creates one, each in one step [1]_; so a reader never meets half a
    file and only one of several creators succeeds. A process that is killed leaves its unfinished file in
    ``.incoming``, where nobody reads, and from where the next writer takes it away.

    References
    ----------
    .. [1] IEEE Std 1003.1-2017 (POSIX), ``rename`` and ``link``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().resolve()
        self.uri = self.folder.as_uri()
        self._swept = False

    def read(self, key: str) -> bytes:
        """Return the content; KeyError where nothing is stored under the key."""
        with self._disk():
            return self._existing(key).read_bytes()

    def exists(self, key: str) -> bool:
        """Return whether something is stored under the key."""
        with self._disk():
            return self._path(key).is_file()

    def put(self, key: str, content: bytes) -> None:
        """Store the content under the key, in one step."""
        target = self._path(key)
        with self._disk(), self._incoming(target) as file:
            file.write(content)
            self._finish(file)
            Path(file.name).replace(target)
            _sync_folder(target.parent)

    def put_if_absent(self, key: str, content: bytes) -> bool:
        """Store the content unless the key is taken; of concurrent writers exactly one gets True."""
        target = self._path(key)
        if self.exists(key):
            return False
        with self._disk(), self._incoming(target) as file:
            file.write(content)
            self._finish(file)
            if not _link(Path(file.name), target):
                return False
            _sync_folder(target.parent)
            return True

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that start with the prefix, sorted."""
        start = checked_prefix(prefix).rpartition("/")[0]
        found = (self.folder / start).rglob("*")
        with self._disk():
            names = [path.relative_to(self.folder).as_posix() for path in found if path.is_file()]
        return sorted(name for name in names if name.startswith(prefix) and not name.startswith(f"{INCOMING}/"))

    def upload(self, key: str, path: Path) -> None:
        """Store a copy of a large file under the key, in one step."""
        target = self._path(key)
        with path.open("rb") as source, self._disk(), self._incoming(target) as file:
            shutil.copyfileobj(source, file, 1 << 20)
            self._finish(file)
            Path(file.name).replace(target)
            _sync_folder(target.parent)

    def local_copy(self, key: str) -> Path:
        """Return the stored file itself, to be read only."""
        return self._existing(key)

    def _path(self, key: str) -> Path:
        path = self.folder / checked_key(key)
        if not path.resolve().is_relative_to(self.folder):
            raise SluiceError(f"key {key!r} leads out of {self.folder} through a symbolic link")
        return path

    def _existing(self, key: str) -> Path:
        path = self._path(key)
        if not path.is_file():
            raise KeyError(key)
        return path

    @contextmanager
    def _incoming(self, target: Path) -> Iterator[BinaryIO]:
        _make_folder(target.parent)
        aside = self.folder / INCOMING
        _make_folder(aside)
        if not self._swept:
            sweep(aside)
            self._swept = True
        path, held = held_file(aside, target.name)
        try:
            with path.open("wb") as file:
                yield file
        finally:
            path.unlink(missing_ok=True)
            os.close(held)

    @staticmethod
    def _finish(file: BinaryIO) -> None:
        file.flush()
        os.fsync(file.fileno())

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise SluiceError(
                f"{error.filename2 or error.filename} cannot be both an object and a folder of objects"
            ) from error
        except OSError as error:
            raise UnavailableError(
                f"folder {self.folder} cannot be used: {error.strerror}; make room, or check its permissions"
            ) from error


def _link(aside: Path, target: Path) -> bool:
    try:
        os.link(aside, target)
    except FileExistsError:
        # Over NFS the answer of a link that was made may get lost, and the repeated request then meets its own work.
        return aside.stat().st_nlink > 1
    return True


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
