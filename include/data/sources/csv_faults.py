"""Faults of CSV files: once reading has failed, the line and the column that made it fail."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from include.data.engine import told
from include.data.sources.csv_header import Header, records
from include.data.sources.places import SourceFile
from include.data.sources.staging import decoded
from include.domain.errors import DataError

_SHOWN = 80


def structural_fault(
    files: Sequence[SourceFile], headers: Sequence[Header], encoding: str, error: Exception
) -> DataError | None:
    """Return the first record that is not CSV as its header announces it, or None where DuckDB complains of more.

    Raises
    ------
    DataError
        Where the text is not in that encoding.
    """
    for file, header in zip(files, headers, strict=True):
        with decoded(file, encoding) as text:
            for line, values in records(text, header.delimiter):
                if len(values) != len(header.names):
                    return DataError(
                        f"{file.name} line {line}: {len(values)} values, the header has {len(header.names)}; "
                        f"the line starts {_shown(values)}. Quote values that hold {header.delimiter!r} or line ends, "
                        "or write data.source.delimiter"
                    )
    if "CSV Error" not in str(error) and "GZIP" not in str(error):
        return None
    record = re.search(r"CSV Error on Line: (\d+)", str(error))
    detail = re.search(r"^(Value with .*|Maximum line size .*|Invalid unicode .*)$", str(error), re.MULTILINE)
    names = ", ".join(file.name for file in files[:3])
    return DataError(
        f"{names}{f' record {record[1]}' if record else ''}: not CSV that can be read "
        f"({detail[1] if detail else told(error)}); correct the file"
    )


def first_misfit(
    files: Sequence[SourceFile], headers: Sequence[Header], encoding: str, column: str, values: Collection[str]
) -> str:
    """Return where the first of some values of a column stands, with the value."""
    for file, header in zip(files, headers, strict=True):
        at = header.names.index(column)
        with decoded(file, encoding) as text:
            lines = records(text, header.delimiter)
            next(lines)
            for line, record in lines:
                if record[at] in values:
                    return f"{file.name} line {line}, column {column!r}: {record[at][:_SHOWN]!r}"
    return f"{files[0].name}, column {column!r}: {min(values)[:_SHOWN]!r}"


def _shown(record: Sequence[str]) -> str:
    text = " | ".join(record)
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")
