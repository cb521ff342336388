from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import DataError
from include.drafting import rows as drafting_rows
from include.drafting.rows import read_rows


def write_csv(folder: Path, text: str) -> str:
    path = folder / "data.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_rows_are_read_as_a_training_reads_them(tmp_path: Path) -> None:
    rows = read_rows(write_csv(tmp_path, "day,who,amount\n2024-01-02,a,1.5\n2024-01-01,b,2\n"), "amount", "day")
    assert rows.words == {"amount": "number", "day": "date", "who": "text"}
    assert str(rows.frame["day"].dtype) == "datetime64[us, UTC]"
    assert (rows.total, rows.described, rows.typed_by_source) == (2, "all 2 rows", False)


def test_a_parquet_file_knows_its_types(tmp_path: Path) -> None:
    pd.DataFrame({"y": [1.5, 2.5], "x": [1, 2]}).to_parquet(tmp_path / "a.parquet")
    assert read_rows([str(tmp_path / "a.parquet")], "y").typed_by_source
    assert read_rows({"paths": [str(tmp_path / "*.parquet")]}, "y").typed_by_source


def test_a_query_is_read(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("create table sales (y real, x integer)")
        database.executemany("insert into sales values (?, ?)", [(1.5, 1), (2.5, 2), (9.0, 3)])
    database.close()
    rows = read_rows({"sql": "select y, x from sales where x < 3", "url": f"sqlite:///{tmp_path}/shop.db"}, "y")
    assert rows.total == 2
    assert rows.typed_by_source


def test_a_number_column_with_a_word_in_it_is_read_as_text_and_named(tmp_path: Path) -> None:
    text = "y,x,z\n" + "".join(f"{i}.5,{'?' if i == 3 else i},{'?' if i == 5 else i}\n" for i in range(20))
    rows = read_rows(write_csv(tmp_path, text), "y")
    assert rows.mixed == ("x", "z")
    assert rows.words["x"] == "text"


@pytest.mark.parametrize(("target", "time", "wrong"), [("amont", None, "amont"), ("amount", "dy", "dy")])
def test_a_missing_column_is_answered_by_the_nearest(tmp_path: Path, target: str, time: str | None, wrong: str) -> None:
    path = write_csv(tmp_path, "day,amount\n2024-01-02,1.5\n")
    with pytest.raises(DataError, match=f"'{wrong}' \\(did you mean '(amount|day)'"):
        read_rows(path, target, time)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.csv"):
        read_rows(str(tmp_path / "nowhere.csv"), "y")


def test_of_many_rows_the_same_sample_is_looked_at_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting_rows, "AT_MOST", 1000)
    frame = pd.DataFrame({"y": np.random.default_rng(1).normal(size=3000), "x": np.arange(3000)})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.iloc[::-1].to_parquet(tmp_path / "b.parquet")
    first, second = (read_rows(str(tmp_path / f"{name}.parquet"), "y") for name in "ab")
    assert 600 < len(first.frame) < 900
    assert first.frame.equals(second.frame)
    assert first.described == f"a sample of {len(first.frame):,} of 3,000 rows, chosen by their hash"
