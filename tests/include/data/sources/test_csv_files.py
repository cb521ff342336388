from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

from include.data.frames import read_frame
from include.domain.errors import DataError
from include.storage.store import Store
from tests.include.data.given import PEOPLE, kinds, snapshot_of, written


def test_types_are_read_off_the_values(here: Path, store: Store) -> None:
    written(here / "people.csv", PEOPLE)
    dataset = snapshot_of(store, "people.csv", "age")
    assert kinds(dataset) == {
        "age": "BIGINT",
        "born": "DATE",
        "height": "DOUBLE",
        "member": "BOOLEAN",
        "name": "VARCHAR",
        "seen": "TIMESTAMP",
    }
    assert dataset.rows == 2
    assert {column.name: column.nulls for column in dataset.columns}["height"] == 1


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2", ""], "BIGINT"),
        (["1", "2.5"], "DOUBLE"),
        (["1e3", "-.5", "inf"], "DOUBLE"),
        (["1.0", "2.0"], "DOUBLE"),
        ([" 1", "2 "], "BIGINT"),
        (["nan", "1.5"], "DOUBLE"),
        (["12345678901234567890", "98765432109876543210"], "VARCHAR"),
        (["00501", "00502"], "VARCHAR"),
        (["2018-01-01", "2018-01-02"], "DATE"),
        (["2018-01-01", "2018-01-02 10:00"], "TIMESTAMP"),
        (["2018-01-01T10:00:00Z", "2018-01-01 10:00:00.5+02:00"], "TIMESTAMP"),
        (["True", "FALSE"], "BOOLEAN"),
        (["01/02/2018", "02/02/2018"], "VARCHAR"),
        (["1,5", "2,5"], "VARCHAR"),
        (["0x1F", "1_000"], "VARCHAR"),
        (["", ""], "DOUBLE"),
        (["t", "f"], "VARCHAR"),
    ],
)
def test_only_what_can_mean_one_thing_is_more_than_text(here: Path, store: Store, values: list[str], kind: str) -> None:
    rows = "".join(f'{number},"{value}"\n' for number, value in enumerate(values))
    written(here / "x.csv", f"y,x\n{rows}")
    assert kinds(snapshot_of(store, "x.csv"))["x"] == kind


def test_an_offset_is_heeded(here: Path, store: Store) -> None:
    written(
        here / "x.csv",
        "y,t\n1,2018-01-01T10:00:00+02:00\n2,2018-01-01 08:00:00\n3,2018-01-01T08:00:00Z\n4,2018-01-01T03:00-0500\n",
    )
    frame = read_frame(snapshot_of(store, "x.csv", time="t"), store)
    assert set(frame["t"]) == {pd.Timestamp("2018-01-01 08:00", tz="UTC")}


@pytest.fixture
def short_sight(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a first guess look at 100 rows only, and return how many rows lie before what it does not see."""
    monkeypatch.setattr("include.data.sources.guessing.FIRST_VALUES", 1)
    return 150


@pytest.mark.parametrize("late", ["abc", "007", "1_0", "2018-01-01"])
def test_a_value_that_the_first_guess_did_not_see_stops_the_reading(
    here: Path, store: Store, short_sight: int, late: str
) -> None:
    rows = "".join(f"{number},{number}\n" for number in range(short_sight))
    written(here / "x.csv", f"y,x\n{rows}1,{late}\n")
    with pytest.raises(DataError, match=rf"x.csv line 152, column 'x': '{late}' is unlike the other values"):
        snapshot_of(store, "x.csv")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (("1", "1.5"), "DOUBLE"),
        (("2018-01-01", "2018-01-01 10:00"), "TIMESTAMP"),
        (("", "7"), "BIGINT"),
        (("", "word"), "VARCHAR"),
        (("", "2018-01-01"), "DATE"),
    ],
)
def test_a_type_is_that_of_all_values_not_of_the_first(
    here: Path, store: Store, short_sight: int, values: tuple[str, str], kind: str
) -> None:
    early, late = values
    written(here / "x.csv", "y,x\n" + f"1,{early}\n" * short_sight + f"2,{late}\n")
    dataset = snapshot_of(store, "x.csv")
    assert kinds(dataset)["x"] == kind
    assert read_frame(dataset, store)["x"].notna().sum() == (short_sight if early else 0) + 1


def test_text_that_reads_as_numbers_further_on_is_a_mixture(here: Path, store: Store, short_sight: int) -> None:
    rows = "".join(f"{number},word\n" for number in range(short_sight)) + "1,5\n" * short_sight
    written(here / "x.csv", f"y,x\n{rows}")
    with pytest.raises(DataError, match=r"x.csv line 2, column 'x': 'word' is unlike the other values"):
        snapshot_of(store, "x.csv")


def test_a_mixed_column_names_line_column_value_and_what_to_write(here: Path, store: Store) -> None:
    written(here / "x.csv", 'y,price\n1,10\n2,"a\nb"\n3,12\n4,13\n')
    with pytest.raises(DataError) as caught:
        snapshot_of(store, "x.csv")
    message = str(caught.value)
    assert "x.csv line 3, column 'price': 'a\\nb'" in message
    assert "data.types: {price: text}" in message
    assert "parse_number" in message
    assert kinds(snapshot_of(store, "x.csv", types={"price": "text"}))["price"] == "VARCHAR"


def test_a_day_among_iso_days_that_is_written_otherwise_names_its_line(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,day\n1,2018-01-01\n2,1.2.2018\n3,2018-02-30\n4,2018-01-02\n")
    with pytest.raises(DataError, match=r"x.csv line 3, column 'day': '1.2.2018' is unlike .*by parse_date"):
        snapshot_of(store, "x.csv")


def test_a_few_numbers_among_names_are_names(here: Path, store: Store) -> None:
    rows = "".join(f"{number},name {number}\n" for number in range(20))
    written(here / "x.csv", f"y,x\n{rows}21,7\n")
    assert kinds(snapshot_of(store, "x.csv"))["x"] == "VARCHAR"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a,y\n1,2\n3,4,5\n6,7\n", r"x.csv line 3: 3 values, the header has 2; the line starts '3 \| 4 \| 5'"),
        ("a,y\n1,2\n\n3\n", "x.csv line 4: 1 values, the header has 2"),
        ('a,y\n"1\n1",2\n3,4,5\n', "x.csv line 4: 3 values"),
        ('a,y\n1,"open\n3,4\n', "x.csv"),
        ("a,y\n", "x.csv holds the names of columns and no row"),
        ("", "x.csv is empty"),
        (" \n\n", "x.csv is empty"),
        ("a,y,a\n1,2,3\n", "x.csv line 1: column 'a' stands there twice"),
        ("a,,y\n1,2,3\n", "x.csv line 1: column 2 has no name"),
        ("row_hash,y\n1,2\n", "x.csv line 1: 'row_hash' is the name of the column that snapshots add"),
        ("Row_Hash,y\n1,2\n", "x.csv line 1: 'Row_Hash' is the name"),
        ("a,A,y\n1,2,3\n", "columns 'a' and 'A' cannot be told apart"),
        ("a,Y\n1,2\n", r"x.csv lacks columns .*\n  data.target: 'y' \(did you mean 'Y'\?\)"),
        (b"a,y\n1,2\n\xe9,3\n", "x.csv line 3: not utf-8; write data.source.encoding"),
        (b"\xe9,y\n1,2\n", "x.csv line 1: not utf-8"),
    ],
)
def test_a_broken_file_is_refused_at_its_line(here: Path, store: Store, content: str | bytes, says: str) -> None:
    written(here / "x.csv", content)
    with pytest.raises(DataError, match=says):
        snapshot_of(store, "x.csv")
    assert store.keys("snapshots/") == []


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-8-sig"])
def test_other_encodings_give_the_same_content(here: Path, store: Store, encoding: str) -> None:
    text = "név,y\nSjögren,1\nÅngström,2\n"
    text = text if encoding.startswith("utf") else text.replace("név", "nom")
    written(here / "plain.csv", text)
    written(here / "other.csv", text.encode(encoding))
    plain = snapshot_of(store, "plain.csv")
    other = snapshot_of(store, {"paths": ["other.csv"], "encoding": encoding.removesuffix("-sig")})
    assert other.fingerprint == plain.fingerprint


def test_an_unknown_encoding_and_a_wrong_one_are_named(here: Path, store: Store) -> None:
    written(here / "x.csv", "a,y\n1,2\n")
    with pytest.raises(DataError, match="'klingon' is unknown"):
        snapshot_of(store, {"paths": ["x.csv"], "encoding": "klingon"})
    written(here / "z.csv", b"a,y\n1,2\n\x81,3\n")
    with pytest.raises(DataError, match=r"z.csv line 3: not cp1252"):
        snapshot_of(store, {"paths": ["z.csv"], "encoding": "cp1252"})


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_the_delimiter_is_found_by_looking(here: Path, store: Store, delimiter: str) -> None:
    written(
        here / "x.csv", delimiter.join(["a b", "y", "text"]) + "\n" + delimiter.join(["1", "2", '"x, y; z"']) + "\n"
    )
    frame = read_frame(snapshot_of(store, "x.csv"), store)
    assert frame["text"].tolist() == ["x, y; z"]


def test_quotes_line_ends_and_packing_change_nothing(here: Path, store: Store) -> None:
    plain = "a,y\nx y,1\nz,2\n"
    variants = {
        "crlf.csv": plain.replace("\n", "\r\n").encode(),
        "quoted.csv": b'"a","y"\n"x y","1"\n"z","2"\n',
        "bom.csv": b"\xef\xbb\xbf" + plain.encode(),
        "no_end.csv": plain.rstrip("\n").encode(),
        "turned.csv": b"y,a\n2,z\n1,x y\n",
        "packed.csv.gz": gzip.compress(plain.encode()),
        "we[i]rd {name}*.csv": plain.encode(),
    }
    expected = snapshot_of(store, written(here / "plain.csv", plain)).fingerprint
    for name, content in variants.items():
        written(here / "variants" / name, content)
        pattern = (
            str(here / "variants" / name).replace("[", "[[]").replace("*", "[*]").replace("{", "{{").replace("}", "}}")
        )
        assert snapshot_of(store, pattern).fingerprint == expected, name


def test_a_packed_file_that_is_cut_off_or_not_packed_is_refused(here: Path, store: Store) -> None:
    content = gzip.compress(b"a,y\n" + bytes(f"{','.join(map(str, range(2)))}\n" * 5000, "ascii"))
    written(here / "cut.csv.gz", content[: len(content) // 2])
    with pytest.raises(DataError, match=r"cut.csv.gz: not a whole gzip file"):
        snapshot_of(store, "cut.csv.gz")
    written(here / "plain.csv.gz", "a,y\n1,2\n")
    with pytest.raises(DataError, match=r"plain.csv.gz: not a whole gzip file"):
        snapshot_of(store, "plain.csv.gz")


def test_several_files_are_one_table_whatever_the_order_of_their_columns(here: Path, store: Store) -> None:
    written(here / "m1.csv", "a,y\n1,x\n2,\n")
    written(here / "m2.csv", "y,a\nz,3.5\n")
    written(here / "all.csv", "a,y\n3.5,z\n1,x\n2,\n")
    assert snapshot_of(store, "m*.csv").fingerprint == snapshot_of(store, "all.csv").fingerprint
    assert snapshot_of(store, ["m2.csv", "m1.csv"]).fingerprint == snapshot_of(store, "all.csv").fingerprint


def test_a_file_of_other_columns_is_named(here: Path, store: Store) -> None:
    written(here / "m1.csv", "a,y\n1,2\n")
    written(here / "m2.csv", "a,y,z\n1,2,3\n")
    with pytest.raises(DataError, match=r"m2.csv does not have the columns of m1.csv: it adds 'z'"):
        snapshot_of(store, "m*.csv")


def test_the_column_of_one_file_may_be_text_in_the_other_only_if_it_says_so(here: Path, store: Store) -> None:
    written(here / "m1.csv", "a,y\n" + "1,2\n" * 5)
    written(here / "m2.csv", "a,y\n" + "x,2\n" * 5)
    with pytest.raises(DataError, match=r"m2.csv line 2, column 'a': 'x' is unlike the other values"):
        snapshot_of(store, "m*.csv")


@pytest.mark.parametrize(
    ("word", "values", "says"),
    [
        ("integer", ["1", "1.5"], "line 3, column 'x': '1.5' does not read as integer"),
        ("number", ["1", "x"], "line 3, column 'x': 'x' does not read as number"),
        ("timestamp", ["2018-01-01", "1.2.2018"], "'1.2.2018' does not read as timestamp"),
        ("date", ["2018-01-01", "2018-02-30"], "'2018-02-30' does not read as date"),
        ("boolean", ["yes", "maybe"], "'maybe' does not read as boolean"),
    ],
)
def test_a_declared_type_is_held_to(here: Path, store: Store, word: str, values: list[str], says: str) -> None:
    written(here / "x.csv", "y,x\n" + "".join(f"1,{value}\n" for value in values))
    with pytest.raises(DataError, match=says):
        snapshot_of(store, "x.csv", types={"x": word})


def test_a_declared_type_reads_what_a_guess_would_not(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,zip,code,flag,empty\n1,00501,007,yes,\n2,10001,8,n,\n")
    types = {"zip": "text", "code": "integer", "flag": "boolean", "empty": "text"}
    dataset = snapshot_of(store, "x.csv", types=types)
    frame = read_frame(dataset, store).sort_values("y")
    assert frame["zip"].tolist() == ["00501", "10001"]
    assert frame["code"].tolist() == [7, 8]
    assert frame["flag"].tolist() == [True, False]
    assert kinds(dataset)["empty"] == "VARCHAR"
