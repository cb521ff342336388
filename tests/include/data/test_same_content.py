"""The same content gives the same fingerprint and the same frame, whatever it is read from."""

# Moments without a zone are UTC in this room, and are written without one on purpose.
# ruff: noqa: DTZ001

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as arrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from include.data.frames import read_frame
from include.storage.store import Store
from tests.include.data.given import snapshot_of

words = st.text("abc ,\"'\né☃", max_size=6)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))
cells = {
    "whole": st.none() | st.integers(-(2**40), 2**40),
    "real": st.none() | st.floats(allow_nan=False, allow_subnormal=False).filter(lambda x: x == 0 or abs(x) > 1e-300),
    "word": st.none() | words,
    "truth": st.none() | st.booleans(),
    "moment": st.none() | moments,
}
rows = st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=8)

# One row that leaves no doubt about the types, because CSV has none of its own.
SURE = {"whole": 7, "real": 0.5, "word": "no number", "truth": True, "moment": datetime(2018, 1, 1, 10, 30, 0, 5)}
TYPES = {"word": "text"}


def _table(content: list[dict[str, Any]]) -> Any:
    kinds = {
        "whole": arrow.int64(),
        "real": arrow.float64(),
        "word": arrow.string(),
        "truth": arrow.bool_(),
        "moment": arrow.timestamp("us"),
    }
    return arrow.table({name: arrow.array([row[name] for row in content], kind) for name, kind in kinds.items()})


def _write_all(folder: Path, content: list[dict[str, Any]]) -> list[Any]:
    table = _table(content)
    frame = table.to_pandas()
    frame["whole"] = frame["whole"].astype("Int64")
    frame["real"] = frame["real"].map(lambda x: None if pd.isna(x) else repr(x))
    frame["moment"] = [None if row["moment"] is None else row["moment"].isoformat(sep=" ") for row in content]
    frame.iloc[:, ::-1].to_csv(folder / "x.csv", index=False)
    turned = table.take(list(reversed(range(len(content))))).select(table.column_names[::-1])
    turned = turned.set_column(turned.column_names.index("word"), "word", turned["word"].dictionary_encode())
    zoned = turned["moment"].cast(arrow.timestamp("us", tz="UTC"))
    turned = turned.set_column(turned.column_names.index("moment"), "moment", zoned)
    parquet.write_table(turned, folder / "x.parquet")
    with (folder / "x.jsonl").open("w") as lines:
        for row in content:
            moment = None if row["moment"] is None else row["moment"].replace(tzinfo=UTC).isoformat()
            lines.write(json.dumps({**row, "moment": moment}).replace("Infinity", "1e999") + "\n")
    return ["x.csv", "x.parquet", "x.jsonl"]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows)
def test_files_of_every_format_give_the_same_fingerprint_and_the_same_frame(
    here: Path, store: Store, content: list[dict[str, Any]]
) -> None:
    sources = _write_all(here, [SURE, *content])
    datasets = [snapshot_of(store, source, "whole", types=TYPES, time="moment") for source in sources]
    assert len({dataset.fingerprint for dataset in datasets}) == 1
    first, *others = [read_frame(dataset, store) for dataset in datasets]
    for other in others:
        pd.testing.assert_frame_equal(first, other, check_exact=True)


def test_a_database_gives_the_same_as_a_file(here: Path, store: Store) -> None:
    content = [(1, "x", 0.5, 1), (2, None, 1.0, None), (None, "", -2.0, 0)]
    with sqlite3.connect(here / "x.db") as database:
        database.execute("CREATE TABLE x (a INTEGER, b TEXT, y REAL, f)")
        database.executemany("INSERT INTO x VALUES (?, ?, ?, ?)", content)
    pd.DataFrame(content, columns=["a", "b", "y", "f"]).convert_dtypes(convert_floating=False).to_csv(
        "x.csv", index=False
    )
    types = {"f": "boolean"}
    csv = snapshot_of(store, "x.csv", types=types)
    sql = snapshot_of(store, {"sql": "SELECT f, y, b, a FROM x", "url": "sqlite:///x.db"}, types=types)
    assert csv.fingerprint == sql.fingerprint
    pd.testing.assert_frame_equal(read_frame(csv, store), read_frame(sql, store), check_exact=True)


@pytest.mark.parametrize(
    "change",
    [
        {"whole": 8},
        {"word": "other"},
        {"real": 0.5000000000000001},
        {"moment": SURE["moment"] + timedelta(microseconds=1)},
        {"truth": None},
    ],
)
def test_any_change_of_content_changes_the_fingerprint(here: Path, store: Store, change: dict[str, Any]) -> None:
    parquet.write_table(_table([SURE, SURE]), here / "one.parquet")
    parquet.write_table(_table([SURE, {**SURE, **change}]), here / "other.parquet")
    assert (
        snapshot_of(store, "one.parquet", "whole").fingerprint
        != snapshot_of(store, "other.parquet", "whole").fingerprint
    )


def test_a_row_keeps_its_hash_when_other_rows_change_the_type_of_a_column(here: Path, store: Store) -> None:
    (here / "before.csv").write_text("y,x\n1,10\n2,20\n")
    (here / "after.csv").write_text("y,x,z\n1,10,\n2,20,\n3,0.5,new\n")
    before = read_frame(snapshot_of(store, "before.csv"), store)
    after = read_frame(snapshot_of(store, "after.csv"), store)
    assert before["x"].dtype != after["x"].dtype
    assert set(before.index) <= set(after.index)
