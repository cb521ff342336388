"""The first line of a CSV file: what its columns are called and what divides them."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from include.data.sources.column_names import check_names
from include.data.sources.places import SourceFile
from include.data.sources.staging import decoded
from include.domain.errors import DataError

_DELIMITERS = (",", ";", "\t", "|")

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


@dataclass(frozen=True)
class Header:
    """Names of the columns in their order, and the character that divides them."""

    names: tuple[str, ...]
    delimiter: str


def read_header(file: SourceFile, encoding: str, delimiter: str | None) -> Header:
    """Read the names of the columns.

    Raises
    ------
    DataError
        Where the file is empty, a name is missing or stands twice, or the text is not in that encoding.
    """
    with decoded(file, encoding) as text:
        start = text.read(1 << 20)
        if not start.strip():
            raise DataError(f"{file.name} is empty: expected a line with the names of the columns, and rows below it")
        lines = start.splitlines(keepends=True)
        divided_by = delimiter or _guess_delimiter(lines)
        names = tuple(next(csv.reader(lines, delimiter=divided_by)))
    check_names(names, f"{file.name} line 1")
    return Header(names=names, delimiter=divided_by)


def records(text: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every record with the line it starts on, counted from 1; empty lines are skipped."""
    reader = csv.reader(text, delimiter=delimiter)
    line = 1
    for record in reader:
        if record:
            yield line, record
        line = reader.line_num + 1


def _guess_delimiter(lines: list[str]) -> str:
    """Choose what gives the first two records the same number of columns, more than any other does."""

    def quality(delimiter: str) -> tuple[bool, int]:
        widths = [len(record) for _, record in zip(range(2), csv.reader(lines, delimiter=delimiter), strict=False)]
        return widths[0] == widths[-1] and widths[0] > 1, widths[0]

    return max(_DELIMITERS, key=quality)
