"""Places: which files a source means in this run, local or in a bucket, and the bytes that each of them holds."""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from include.data.access import SourceAccess
from include.data.windows import filled
from include.domain.errors import DataError, UnavailableError
from include.domain.references import Window
from include.domain.spec.data import FileSource
from include.storage.store import open_store

Format = Literal["csv", "parquet", "jsonl"]

_SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
_WILDCARDS = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class SourceFile:
    """One file of a source.

    Parameters
    ----------
    name : str
        As the spec calls it.
    path : Path
        Where it lies on this machine.
    sha256 : str
        Digest of its bytes.
    """

    name: str
    path: Path
    sha256: str


def find_files(source: FileSource, window: Window, access: SourceAccess) -> list[SourceFile]:
    """Return the files that a source means, each once, in the order of their names.

    Raises
    ------
    DataError
        Where a path names nothing that can be read, or asks for a window that the run does not have.
    UnavailableError
        Where a bucket or a disk does not answer.
    """
    found: dict[str, Path] = {}
    for template in source.paths:
        pattern = filled(template, window)
        found |= _in_bucket(pattern, access) if pattern.startswith("s3://") else _on_disk(pattern)
    return [SourceFile(name=name, path=path, sha256=_digest(name, path)) for name, path in sorted(found.items())]


def format_of(source: FileSource, files: Sequence[SourceFile]) -> Format:
    """Return the format that all files of a source have.

    Raises
    ------
    DataError
        Where their names do not tell, or tell different things.
    """
    if source.format:
        return source.format
    formats = {file.name: _SUFFIXES.get(_suffix(file.name)) for file in files}
    unknown = next((name for name, kind in formats.items() if kind is None), None)
    if unknown:
        raise DataError(
            f"{unknown}: the name does not tell the format; write data.source.format: csv, parquet or jsonl, "
            f"or end the name with one of {', '.join(_SUFFIXES)}"
        )
    kinds = sorted({kind for kind in formats.values() if kind})
    if len(kinds) > 1:
        raise DataError(f"data.source.paths mean files of several formats ({', '.join(kinds)}): name one of them")
    return kinds[0]


def matches(key: str, pattern: str) -> bool:
    """Return whether a key fits a glob, in which ``*`` stays within a folder and ``**`` spans any number of them.

    Examples
    --------
    >>> matches("trips/2018/01.csv", "trips/*/*.csv"), matches("trips/2018/01.csv", "trips/*.csv")
    (True, False)
    >>> matches("trips/2018/q1/01.csv", "trips/**/*.csv")
    True
    """
    pieces = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|.", pattern)
    built = "".join(
        pieces.get(token) or (token.replace("[!", "[^") if len(token) > 1 else re.escape(token)) for token in tokens
    )
    return re.fullmatch(built, key) is not None


def _suffix(name: str) -> str:
    return Path(name.lower().removesuffix(".gz")).suffix


def _on_disk(pattern: str) -> dict[str, Path]:
    path = pattern.removeprefix("file://")
    if Path(path).is_dir():
        raise DataError(f"{pattern} is a folder: name the files in it, for instance {path.rstrip('/')}/*.csv")
    if Path(path).is_file():
        return {pattern: Path(path).absolute()}
    if not _WILDCARDS.search(path):
        raise DataError(
            f"{pattern}: there is no such file; correct data.source.paths "
            f"(relative paths start at the working directory, {Path.cwd()})"
        )
    # Path.glob takes no absolute pattern.
    names = glob.glob(path, recursive=True)  # noqa: PTH207
    files = {name: Path(name).absolute() for name in names if Path(name).is_file()}
    if not files:
        raise DataError(f"{pattern}: no file matches; correct the pattern in data.source.paths")
    return files


def _in_bucket(pattern: str, access: SourceAccess) -> dict[str, Path]:
    parts = urlsplit(pattern, allow_fragments=False)
    bucket, wanted = parts.netloc, pattern.removeprefix(f"s3://{parts.netloc}").lstrip("/")
    if not bucket or not wanted:
        raise DataError(f"{pattern}: expected s3://bucket/path of a file or a pattern")
    store = open_store(f"s3://{bucket}", access.s3)
    if not _WILDCARDS.search(wanted):
        keys = [wanted]
    else:
        fixed = _WILDCARDS.split(wanted, maxsplit=1)[0]
        keys = [key for key in store.keys(fixed.rpartition("/")[0]) if matches(key, wanted)]
    if not keys:
        raise DataError(f"{pattern}: no object matches; correct the pattern in data.source.paths")
    try:
        return {f"s3://{bucket}/{key}": store.local_copy(key) for key in keys}
    except KeyError as error:
        raise DataError(f"s3://{bucket}/{error.args[0]}: there is no such object; correct data.source.paths") from error


def _digest(name: str, path: Path) -> str:
    whole = hashlib.sha256()
    try:
        for block in _blocks(path):
            whole.update(block)
    except PermissionError as error:
        raise DataError(f"{name}: this process may not read it; give it the right to") from error
    except OSError as error:
        raise UnavailableError(f"{name} cannot be read: {error.strerror}") from error
    return whole.hexdigest()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_SEQUENTIAL)
        while block := file.read(1 << 20):
            yield block
