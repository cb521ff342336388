from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as arrow
import pytest
from pyarrow import parquet

from include.data.frames import read_frame
from include.domain.errors import DataError
from include.storage.store import Store
from tests.include.data.given import kinds, snapshot_of, written


def _file(path: Path, **columns: Any) -> Path:
    parquet.write_table(arrow.table(columns), path)
    return path


@pytest.mark.parametrize(
    "values",
    [
        arrow.array([1, None, 3], arrow.int8()),
        arrow.array([1, None, 3], arrow.uint64()),
        arrow.array([1, None, 3], arrow.int64()).dictionary_encode(),
    ],
)
def test_whole_numbers_of_any_width_are_one(here: Path, store: Store, values: Any) -> None:
    plain = snapshot_of(store, _file(here / "plain.parquet", x=arrow.array([1, None, 3], arrow.int64()), y=[1, 2, 3]))
    other = snapshot_of(store, _file(here / "other.parquet", x=values, y=arrow.array([1, 2, 3], arrow.int16())))
    assert other.fingerprint == plain.fingerprint


def test_categories_are_text_and_nan_is_missing(here: Path, store: Store) -> None:
    one = _file(
        here / "one.parquet",
        c=arrow.array(["a", "b", ""]).dictionary_encode(),
        x=[1.5, float("nan"), -0.0],
        y=[1, 2, 3],
    )
    other = _file(here / "other.parquet", c=["a", "b", None], x=[1.5, None, 0.0], y=[1, 2, 3])
    dataset = snapshot_of(store, one)
    assert dataset.fingerprint == snapshot_of(store, other).fingerprint
    assert not np.signbit(read_frame(dataset, store)["x"]).any()


def test_moments_of_any_unit_and_zone_are_one(here: Path, store: Store) -> None:
    micros = 1_514_800_800_000_000
    variants = [
        arrow.array([micros], arrow.timestamp("us")),
        arrow.array([micros // 1000], arrow.timestamp("ms")),
        arrow.array([micros * 1000], arrow.timestamp("ns", tz="Europe/Berlin")),
        arrow.array([micros], arrow.timestamp("us", tz="America/New_York")),
    ]
    found = {
        snapshot_of(store, _file(here / f"{number}.parquet", t=values, y=[1])).fingerprint
        for number, values in enumerate(variants)
    }
    assert len(found) == 1


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (arrow.array([[1], [2]]), r"column 'x' holds BIGINT\[\]"),
        (arrow.array([{"a": 1}, {"a": 2}]), r"column 'x' holds STRUCT"),
        (arrow.array([b"a", b"b"]), "column 'x' holds BLOB"),
        (arrow.array([1, 2], arrow.duration("s")), "column 'x' holds INTERVAL"),
    ],
)
def test_what_is_no_single_value_is_refused(here: Path, store: Store, values: Any, says: str) -> None:
    with pytest.raises(DataError, match=says):
        snapshot_of(store, _file(here / "x.parquet", x=values, y=[1, 2]))


def test_a_number_too_large_for_64_bits_with_sign_is_refused_with_its_row(here: Path, store: Store) -> None:
    path = _file(here / "x.parquet", x=arrow.array([1, 2**63], arrow.uint64()), y=[1, 2])
    with pytest.raises(DataError, match=r"x.parquet.*9223372036854775808"):
        snapshot_of(store, path)


def test_equal_names_are_not_numbered_apart(here: Path, store: Store) -> None:
    table = arrow.table([arrow.array([1]), arrow.array([2]), arrow.array([3])], names=["a", "a", "y"])
    parquet.write_table(table, here / "x.parquet")
    with pytest.raises(DataError, match=r"x.parquet: column 'a' stands there twice"):
        snapshot_of(store, here / "x.parquet")


def test_what_is_no_parquet_is_refused(here: Path, store: Store) -> None:
    for content in (b"", b"a,y\n1,2\n", b"PAR1 cut off"):
        written(here / "x.parquet", content)
        with pytest.raises(DataError, match=r"x.parquet: not a Parquet file"):
            snapshot_of(store, here / "x.parquet")


def test_files_of_other_widths_are_one_table(here: Path, store: Store) -> None:
    _file(here / "m1.parquet", x=arrow.array([1, 2], arrow.int32()), e=arrow.nulls(2), y=["a", "b"])
    _file(here / "m2.parquet", y=["c"], e=["z"], x=[2.5])
    dataset = snapshot_of(store, "m*.parquet")
    assert kinds(dataset) == {"e": "VARCHAR", "x": "DOUBLE", "y": "VARCHAR"}
    assert dataset.rows == 3


def test_text_in_one_file_and_numbers_in_another_have_to_be_declared(here: Path, store: Store) -> None:
    _file(here / "m1.parquet", x=[1, 2], y=[1, 2])
    _file(here / "m2.parquet", x=["a"], y=[3])
    with pytest.raises(DataError, match=r"column 'x' is integer in one file and text in another"):
        snapshot_of(store, "m*.parquet")
    frame = read_frame(snapshot_of(store, "m*.parquet", types={"x": "text"}), store)
    assert sorted(frame["x"]) == ["1", "2", "a"]


@pytest.mark.parametrize(
    ("values", "word", "says"),
    [
        (["1", "b"], "number", "x.parquet row 2, column 'x': 'b' does not read as number"),
        ([1.0, 2.5], "integer", "x.parquet row 2, column 'x': '2.5' does not read as integer"),
        ([1, 2], "boolean", "x.parquet row 2, column 'x': '2' does not read as boolean"),
        ([1, 2], "timestamp", "column 'x' holds integer values at its source and data.types says timestamp"),
    ],
)
def test_a_declared_type_that_the_values_do_not_have_is_refused(
    here: Path, store: Store, values: list[Any], word: str, says: str
) -> None:
    with pytest.raises(DataError, match=says):
        snapshot_of(store, _file(here / "x.parquet", x=values, y=[1, 2]), types={"x": word})


def test_a_declared_type_is_read_from_another(here: Path, store: Store) -> None:
    path = _file(here / "x.parquet", a=["1", "2"], b=[1.0, 2.0], c=[1, 0], d=[1.0, 2.5], y=[1, 2])
    types = {"a": "integer", "b": "integer", "c": "boolean", "d": "text"}
    frame = read_frame(snapshot_of(store, path, types=types), store).sort_values("y")
    assert frame[["a", "b", "c", "d"]].to_numpy().tolist() == [[1, 1, True, "1"], [2, 2, False, "2.5"]]
