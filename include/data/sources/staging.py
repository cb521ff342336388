"""Staging: source files under plain names in a working folder, where no name and no encoding means more."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from include.data.sources.places import SourceFile
from include.domain.errors import DataError, EncodingError

_BLOCK = 1 << 20


def linked(file: SourceFile, folder: Path, number: int) -> Path:
    """Return a link to a file, named by its number: brackets and stars in a name are no patterns then."""
    link = folder / f"{number:06d}{'.gz' if _is_packed(file) else ''}"
    link.symlink_to(file.path)
    return link


def in_utf8(file: SourceFile, folder: Path, number: int, encoding: str) -> Path:
    """Return a link to a text file that is meant to be UTF-8, or else a copy of it that is.

    Raises
    ------
    DataError
        Where the text is not in the encoding that the spec names, with the line.
    """
    if _codec(encoding) == "utf-8":
        return linked(file, folder, number)
    copy = folder / f"{number:06d}"
    with decoded(file, encoding) as text, copy.open("w", encoding="utf-8", newline="") as target:
        while block := text.read(_BLOCK):
            target.write(block)
    return copy


@contextmanager
def decoded(file: SourceFile, encoding: str) -> Iterator[TextIO]:
    """Open a text file, unpacked, with its line ends as they are and without a byte order mark.

    Raises
    ------
    EncodingError
        Where the text is not in that encoding.
    DataError
        Where the file is cut off.
    """
    name = _codec(encoding)
    try:
        with _opened(file) as raw, io.TextIOWrapper(raw, "utf-8-sig" if name == "utf-8" else name, newline="") as text:
            yield text
    except UnicodeDecodeError as error:
        raise EncodingError(
            f"{file.name} line {_undecodable_line(file, name)}: not {encoding}; write data.source.encoding "
            "(for instance latin-1, cp1252 or utf-16)"
        ) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{file.name}: not a whole gzip file ({error}); fetch it again") from error


def _undecodable_line(file: SourceFile, codec: str) -> int:
    decoder = codecs.getincrementaldecoder(codec)()
    lines = 1
    with _opened(file) as raw:
        while block := raw.read(_BLOCK):
            try:
                lines += decoder.decode(block).count("\n")
            except UnicodeDecodeError as error:
                return lines + error.object[: error.start].decode(codec, errors="ignore").count("\n")
    return lines


def _codec(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise DataError(
            f"data.source.encoding: {encoding!r} is unknown; expected for instance utf-8 or latin-1"
        ) from error


def _is_packed(file: SourceFile) -> bool:
    return file.name.lower().endswith(".gz")


def _opened(file: SourceFile) -> BinaryIO:
    return cast("BinaryIO", gzip.open(file.path) if _is_packed(file) else file.path.open("rb"))
