# Moments without a zone are UTC in this room, and are written without one on purpose.
# ruff: noqa: DTZ001

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from include.data.access import UNRESOLVED
from include.data.sources.places import find_files, format_of, matches
from include.data.windows import ALWAYS
from include.domain.errors import DataError
from include.domain.references import Window
from include.domain.spec.data import FileSource
from tests.include.data.given import written


def _names(*paths: str, window: Window = ALWAYS) -> list[str]:
    return [file.name for file in find_files(FileSource(paths=paths), window, UNRESOLVED)]


def test_a_glob_means_its_files_in_order_and_each_once(here: Path) -> None:
    for name in ("b.csv", "a.csv", "sub/c.csv", "d.txt"):
        written(here / name, "x")
    assert _names("*.csv") == ["a.csv", "b.csv"]
    assert _names("**/*.csv", "a.csv") == ["a.csv", "b.csv", "sub/c.csv"]
    assert _names("[ab].csv", "*.csv") == ["a.csv", "b.csv"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(here: Path) -> None:
    written(here / "x[1].csv", "x")
    assert _names("x[1].csv") == ["x[1].csv"]


def test_a_path_is_filled_from_the_window(here: Path) -> None:
    written(here / "trips_2018-02.csv", "x")
    window = Window(start=datetime(2018, 2, 1), end=datetime(2018, 3, 1))
    assert _names("trips_{window_start:%Y-%m}.csv", window=window) == ["trips_2018-02.csv"]
    with pytest.raises(DataError, match="this run has none"):
        _names("trips_{window_start:%Y-%m}.csv")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("absent.csv", "absent.csv: there is no such file"),
        ("absent*.csv", "no file matches"),
        ("folder", r"folder is a folder: name the files in it, for instance folder/\*.csv"),
        ("s3://", "expected s3://bucket/path"),
        ("s3://bucket", "expected s3://bucket/path"),
    ],
)
def test_a_path_that_means_nothing_says_so(here: Path, path: str, says: str) -> None:
    (here / "folder").mkdir()
    with pytest.raises(DataError, match=says):
        _names(path)


def test_the_digest_is_that_of_the_bytes(here: Path) -> None:
    written(here / "x.csv", "abc")
    found = find_files(FileSource(paths=("x.csv",)), Window(), UNRESOLVED)
    # FIPS 180-2, appendix B.1.
    assert found[0].sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.csv", "csv"), ("a.CSV.gz", "csv"), ("a.tsv", "csv"), ("a.pq", "parquet"), ("a.ndjson", "jsonl")],
)
def test_the_name_tells_the_format(here: Path, name: str, expected: str) -> None:
    written(here / name, "x")
    source = FileSource(paths=(name,))
    assert format_of(source, find_files(source, Window(), UNRESOLVED)) == expected


def test_a_name_that_does_not_tell_asks_for_the_format(here: Path) -> None:
    for name in ("data.bin", "a.csv", "b.parquet"):
        written(here / name, "x")
    unknown, mixed = FileSource(paths=("data.bin",)), FileSource(paths=("a.csv", "b.parquet"))
    with pytest.raises(DataError, match=r"data.bin: the name does not tell the format; write data.source.format"):
        format_of(unknown, find_files(unknown, Window(), UNRESOLVED))
    with pytest.raises(DataError, match="several formats"):
        format_of(mixed, find_files(mixed, Window(), UNRESOLVED))
    said = FileSource(paths=("data.bin",), format="csv")
    assert format_of(said, find_files(said, Window(), UNRESOLVED)) == "csv"


@pytest.mark.parametrize(
    ("key", "pattern", "fits"),
    [
        ("a/b.csv", "a/*.csv", True),
        ("a/b/c.csv", "a/*.csv", False),
        ("a/b/c.csv", "a/**/*.csv", True),
        ("a/c.csv", "a/**/*.csv", True),
        ("a/b1.csv", "a/b[0-9].csv", True),
        ("a/bx.csv", "a/b[!0-9].csv", True),
        ("a/b.csv", "a/?.csv", True),
        ("a/b+c.csv", "a/b+c.csv", True),
        ("a/bcsv", "a/b.csv", False),
    ],
)
def test_a_pattern_means_in_a_bucket_what_it_means_on_a_disk(key: str, pattern: str, fits: bool) -> None:
    assert matches(key, pattern) is fits
