"""Suite files: expectations as Great Expectations stores them, read as if they stood in the spec."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from include.domain.spec import Expectation


class SuiteFileError(Exception):
    """A suite file cannot be read; the message names the file."""


def read_suite_file(folder: Path, name: str) -> list[Expectation]:
    """Read the expectations of a suite file.

    ``severity`` other than ``critical`` makes an expectation one that is not required; ``meta.name``,
    ``meta.quarantine`` and ``meta.because`` say what a spec says beside an expectation, ``notes`` why it is expected.

    Parameters
    ----------
    folder : Path
        Folder of the spec.
    name : str
        Path of the suite, from there.

    Raises
    ------
    SuiteFileError
        Where the file is absent, is no JSON, or holds no suite.
    """
    document = _parse(folder / name, name)
    entries = document.get("expectations") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise SuiteFileError(
            f"{name}: no suite of Great Expectations; expected a JSON object with a list 'expectations'"
        )
    return [_expectation(entry, f"{name}: expectations[{i}]") for i, entry in enumerate(entries)]


def _parse(path: Path, name: str) -> Any:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise SuiteFileError(f"{name}: no such file; expected a path from the folder of the spec") from None
    except OSError as error:
        raise SuiteFileError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise SuiteFileError(f"{name}: not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise SuiteFileError(f"{name}: no JSON in line {error.lineno}, column {error.colno}: {error.msg}") from None


def _expectation(entry: Any, where: str) -> Expectation:
    if not isinstance(entry, dict):
        raise SuiteFileError(f"{where}: expected an object with 'type' and 'kwargs', got {entry!r}")
    if "type" not in entry and "expectation_type" in entry:
        raise SuiteFileError(
            f"{where}: written by a release of Great Expectations before 1.0; call 'expectation_type' 'type'"
        )
    meta = entry.get("meta") or {}
    try:
        return Expectation(
            type=entry.get("type"),
            kwargs=entry.get("kwargs") or {},
            name=meta.get("name"),
            required=entry.get("severity", "critical") == "critical",
            quarantine=meta.get("quarantine", False),
            because=meta.get("because") or _text(entry.get("notes")) or entry.get("description") or "",
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise SuiteFileError(f"{where}: {field}: {first['msg']}; got {first['input']!r}") from None


def _text(notes: Any) -> str:
    return " ".join(notes) if isinstance(notes, list) else str(notes or "")
