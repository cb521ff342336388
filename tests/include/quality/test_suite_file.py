from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from include.quality.suite_file import SuiteFileError, read_suite_file


def _write(folder: Path, content: Any) -> Path:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "suite.json").write_text(text, encoding="utf-8")
    return folder


def _suite(**entry: Any) -> dict[str, Any]:
    return {
        "name": "fares",
        "expectations": [{"type": "expect_column_to_exist", "kwargs": {"column": "fare"}, **entry}],
    }


def test_an_expectation_is_read_as_if_it_stood_in_the_spec(tmp_path: Path) -> None:
    (read,) = read_suite_file(_write(tmp_path, _suite(id="5f2c", notes=["never", "absent"])), "suite.json")
    assert (read.type, read.kwargs, read.title) == (
        "expect_column_to_exist",
        {"column": "fare"},
        "column_to_exist.fare",
    )
    assert read.required
    assert read.because == "never absent"


@pytest.mark.parametrize(("severity", "required"), [("critical", True), ("warning", False), ("info", False)])
def test_severity_says_whether_it_is_required(tmp_path: Path, severity: str, required: bool) -> None:
    (read,) = read_suite_file(_write(tmp_path, _suite(severity=severity)), "suite.json")
    assert read.required is required


def test_meta_says_what_a_spec_says_beside_an_expectation(tmp_path: Path) -> None:
    meta = {"name": "fares there", "quarantine": True, "because": "of the meter"}
    (read,) = read_suite_file(_write(tmp_path, _suite(meta=meta)), "suite.json")
    assert (read.name, read.quarantine, read.because) == ("fares there", True, "of the meter")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"expectations": [}', "suite.json: no JSON in line 1, column 19"),
        ([], "suite.json: no suite of Great Expectations"),
        ({"name": "x"}, "suite.json: no suite of Great Expectations"),
        ({"expectations": ["expect"]}, r"suite.json: expectations\[0\]: expected an object"),
        ({"expectations": [{"expectation_type": "expect_x", "kwargs": {}}]}, "call 'expectation_type' 'type'"),
        ({"expectations": [{"kwargs": {}}]}, r"suite.json: expectations\[0\]: type: "),
    ],
)
def test_a_file_that_holds_no_suite_is_named_with_what_is_wrong(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(SuiteFileError, match=message):
        read_suite_file(_write(tmp_path, content), "suite.json")


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SuiteFileError, match=r"suites/none.json: no such file"):
        read_suite_file(tmp_path, "suites/none.json")


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "suite.json").write_bytes('{"name": "ü"}'.encode("latin-1"))
    with pytest.raises(SuiteFileError, match="not UTF-8"):
        read_suite_file(tmp_path, "suite.json")
