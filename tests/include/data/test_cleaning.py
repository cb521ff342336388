from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.data.cleaning import clean_dataset, clean_frame
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.domain.errors import DataError
from include.domain.references import Column
from include.domain.spec import ModelSpec
from include.storage.store import Store
from tests.include.data.given import kinds, spec_over, written


def _cleaned(store: Store, content: str, cleaning: list[dict[str, Any]], **data: Any) -> pd.DataFrame:
    """Clean a CSV file as a snapshot, check that its frame is cleaned alike, and return the result by ``y``."""
    written(Path("x.csv"), content)
    spec = spec_over("x.csv", cleaning=cleaning, **data)
    raw = take_snapshot(spec, store)
    clean = read_frame(clean_dataset(spec, raw, store), store)
    served = clean_frame(spec, read_frame(raw, store))
    pd.testing.assert_frame_equal(_by_hash(clean), _by_hash(served), check_exact=True)
    return clean.sort_values("y")


def _by_hash(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_index(kind="stable")


def test_trim_cuts_every_kind_of_white_space_and_what_is_left_empty_is_missing(here: Path, store: Store) -> None:
    frame = _cleaned(
        store, 'y,a,n\n1,"  x y\t ",1\n2,"\u00a0z\n",2\n3,"  ",3\n', [{"do": "trim", "columns": ["a", "n"]}]
    )
    assert frame["a"].tolist()[:2] == ["x y", "z"]
    assert frame["a"].isna().tolist() == [False, False, True]
    assert frame["n"].tolist() == [1, 2, 3]


def test_values_are_replaced_by_their_spelling_and_the_new_ones_decide_the_type(here: Path, store: Store) -> None:
    cleaning = [
        {"do": "map_values", "column": "a", "values": {"yes": 1, "no": 0}},
        {"do": "map_values", "column": "n", "values": {"1": "one"}},
        {"do": "map_values", "column": "t", "values": {"?": None}},
        {"do": "map_values", "column": "f", "values": {"0.5": 2}},
        {"do": "map_values", "column": "b", "values": {"true": "on"}},
    ]
    frame = _cleaned(store, "y,a,n,t,f,b\n1,yes,1,?,0.5,true\n2,no,2,x,1.5,false\n3,,,,,\n", cleaning)
    assert frame["a"].tolist()[:2] == [1, 0]
    assert frame["n"].tolist()[:2] == ["one", "2"]
    assert frame["t"].isna().tolist() == [True, False, True]
    assert frame["f"].tolist()[:2] == [2.0, 1.5]
    assert frame["b"].tolist()[:2] == ["on", "false"]


def test_a_value_that_the_mapping_does_not_name_has_to_fit_the_new_type(here: Path, store: Store) -> None:
    with pytest.raises(
        DataError, match=r"cleaning.0 \(map_values\) of column 'a': 1 value is not .*'perhaps' \(row_hash"
    ):
        _cleaned(store, "y,a\n1,yes\n2,perhaps\n", [{"do": "map_values", "column": "a", "values": {"yes": 1}}])


def test_duplicates_leave_the_latest_row(here: Path, store: Store) -> None:
    content = "y,who,t\n1,a,2018-01-01\n2,a,2018-01-03\n3,a,2018-01-02\n4,b,2018-01-01\n5,,2018-01-01\n6,,2018-01-02\n"
    frame = _cleaned(store, content, [{"do": "drop_duplicates", "columns": ["who"]}], time="t")
    assert frame["y"].tolist() == [2, 4, 6]


def test_duplicates_in_all_columns_leave_one(here: Path, store: Store) -> None:
    frame = _cleaned(store, "y,a\n1,x\n1,x\n1,\n1,\n2,x\n", [{"do": "drop_duplicates"}])
    assert len(frame) == 3


def test_a_formula_adds_or_replaces_a_column(here: Path, store: Store) -> None:
    cleaning = [
        {"do": "derive", "column": "ratio", "expression": "a / nullif(b, 0)"},
        {"do": "derive", "column": "a", "expression": "a * 2"},
        {"do": "derive", "column": "day", "expression": "t::DATE"},
        {"do": "derive", "column": "long", "expression": "CASE WHEN a > 3 THEN 'yes' ELSE 'no' END"},
    ]
    frame = _cleaned(store, "y,a,b,t\n1,1,2,2018-01-01 10:00\n2,3,0,2018-01-02 00:00\n", cleaning)
    assert frame["ratio"].tolist()[0] == 0.5
    assert np.isnan(frame["ratio"].tolist()[1])
    assert frame["a"].tolist() == [2, 6]
    assert frame["day"].tolist() == [pd.Timestamp("2018-01-01", tz="UTC"), pd.Timestamp("2018-01-02", tz="UTC")]
    assert frame["long"].tolist() == ["no", "yes"]


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (
            {"do": "derive", "column": "x", "expression": "lower(t)"},
            r"cleaning.0 \(derive\) of column 'x': No function matches",
        ),
        ({"do": "derive", "column": "x", "expression": "[y, y]"}, "column 'x' holds BIGINT\\[\\]"),
        ({"do": "derive", "column": "x", "expression": "t - t"}, "column 'x' holds INTERVAL"),
        ({"do": "derive", "column": "x", "expression": "sum(y)"}, "aggregate function"),
        (
            {"do": "derive", "column": "x", "expression": "a::BIGINT"},
            r"cleaning.0 \(derive\) of column 'x': Could not convert string 'abc'",
        ),
        ({"do": "label", "expression": "nothing > 1"}, r"cleaning.0 \(label\) of target 'y': 'nothing' is no column"),
        ({"do": "calendar", "column": "a"}, r"column 'a' is VARCHAR; put a parse_date step before"),
        ({"do": "parse_number", "columns": ["t"]}, "column 't' is TIMESTAMP; only text can be read as a number"),
        ({"do": "parse_date", "columns": ["y"]}, "column 'y' is BIGINT; only text"),
        ({"do": "trim", "columns": ["aa"]}, r"cleaning.0 \(trim\): 'aa' \(did you mean 'a'"),
        ({"do": "drop_duplicates", "columns": ["row_hash"]}, "'row_hash'"),
        ({"do": "derive", "column": "A", "expression": "y"}, "cannot be told apart"),
        ({"do": "derive", "column": "row_hash", "expression": "y"}, "'row_hash' is the name"),
    ],
)
def test_a_step_that_cannot_be_done_is_named_with_its_column(
    here: Path, store: Store, step: dict[str, Any], says: str
) -> None:
    with pytest.raises(DataError, match=says):
        _cleaned(store, "y,a,t\n1,abc,2018-01-01 10:00\n2,5x,2018-01-02 10:00\n", [step])


def test_the_failing_step_is_found_among_many(here: Path, store: Store) -> None:
    cleaning = [
        {"do": "derive", "column": "b", "expression": "y + 1"},
        {"do": "derive", "column": "c", "expression": "b * 4000000000000000000"},
        {"do": "derive", "column": "d", "expression": "c + 1"},
    ]
    with pytest.raises(DataError, match=r"cleaning.1 \(derive\) of column 'c': Overflow in multiplication"):
        _cleaned(store, "y,a\n1,1\n5,2\n", cleaning)


def test_parts_of_the_calendar_agree_with_python(here: Path, store: Store) -> None:
    parts = ["hour", "weekday", "day", "day_of_year", "month", "quarter", "year"]
    moments = pd.to_datetime(["2018-12-31 23:59", "2020-02-29 00:00", "2019-06-03 12:30"])
    content = "y,t\n" + "".join(f"{number},{moment}\n" for number, moment in enumerate(moments))
    frame = _cleaned(store, content, [{"do": "calendar", "column": "t", "parts": parts}])
    for part in parts:
        expected = getattr(moments, "dayofyear" if part == "day_of_year" else part)
        assert frame[f"t_{part}"].tolist() == expected.tolist(), part


def test_the_label_is_computed_and_rows_without_one_are_kept(here: Path, store: Store) -> None:
    cleaning = [{"do": "label", "expression": "CASE WHEN gone IS NULL THEN NULL ELSE gone > 2 END"}]
    written(here / "x.csv", "gone,a\n1,1\n3,2\n,3\n")
    spec = spec_over("x.csv", "left", cleaning=cleaning)
    frame = read_frame(clean_dataset(spec, take_snapshot(spec, store), store), store).sort_values("a")
    assert frame["left"].tolist()[:2] == [False, True]
    assert frame["left"].isna().sum() == 1


def test_rows_keep_the_hash_of_the_raw_row(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a\n1,x \n2,z\n")
    spec = spec_over("x.csv", cleaning=[{"do": "trim", "columns": ["a"]}])
    raw = take_snapshot(spec, store)
    clean = clean_dataset(spec, raw, store)
    assert read_frame(clean, store).index.tolist() == read_frame(raw, store).index.tolist()
    assert clean.fingerprint != raw.fingerprint


def test_cleaning_runs_once_for_the_same_content_and_says_what_changed(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a\n1,x \n2,z\n")
    spec = spec_over("x.csv", cleaning=[{"do": "trim", "columns": ["a"]}])
    raw = take_snapshot(spec, store)
    first, again = clean_dataset(spec, raw, store), clean_dataset(spec, raw, store)
    assert (first.reused, again.reused) == (False, True)
    assert again.cause == "this content was cleaned by these steps before"
    assert again.fingerprint == first.fingerprint
    other = spec_over("x.csv", cleaning=[{"do": "trim", "columns": ["a"]}, {"do": "drop_duplicates"}])
    changed = clean_dataset(other, raw, store)
    assert "parameters.cleaning changed" in changed.cause
    assert changed.fingerprint == first.fingerprint


def test_without_steps_the_snapshot_itself_is_clean(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a\n1,x \n2,z\n")
    spec = spec_over("x.csv")
    raw = take_snapshot(spec, store)
    clean = clean_dataset(spec, raw, store)
    assert (clean.uri, clean.cause) == (raw.uri, "the spec has no cleaning steps")


def test_a_time_that_is_still_text_after_cleaning_is_refused(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,t\n1,1998 Q1\n2,1998 Q2\n")
    for cleaning in ([], [{"do": "trim", "columns": ["t"]}]):
        spec = spec_over("x.csv", time="t", cleaning=cleaning)
        with pytest.raises(DataError, match=r"data.time 't' holds no times after cleaning, but text values"):
            clean_dataset(spec, take_snapshot(spec, store), store)


def test_a_listed_feature_that_nothing_makes_is_named(here: Path, store: Store) -> None:
    written(here / "x.csv", "y,a\n1,1\n2,2\n")
    spec = spec_over("x.csv", cleaning=[{"do": "derive", "column": "ratio", "expression": "a / 2"}], features=["ratio"])
    assert "ratio" in kinds(clean_dataset(spec, take_snapshot(spec, store), store))


def _serving() -> ModelSpec:
    return spec_over(
        "x.csv",
        cleaning=[
            {"do": "map_values", "column": "y", "values": {"9": 1}},
            {"do": "trim", "columns": ["a", "y"]},
            {"do": "derive", "column": "b2", "expression": "b * 2"},
            {"do": "drop_duplicates"},
        ],
    )


def test_to_score_every_row_gets_an_answer_in_its_place_and_the_target_is_not_asked_for() -> None:
    asked = pd.DataFrame({"a": [" x", " x", None], "b": [2, 2, 1]}, index=["r1", "r2", "r3"])
    frame = clean_frame(_serving(), asked, to_score=True)
    assert frame.index.tolist() == ["r1", "r2", "r3"]
    assert frame["a"].tolist()[:2] == ["x", "x"]
    assert frame["b2"].tolist() == [4, 4, 2]
    with pytest.raises(DataError, match="'y'"):
        clean_frame(_serving(), asked)


def test_to_score_a_single_row_is_read_as_the_rows_of_training_were() -> None:
    trained = [
        Column(name="a", type="VARCHAR", nulls=1),
        Column(name="b", type="BIGINT", nulls=2),
        Column(name="t", type="TIMESTAMP", nulls=0),
        Column(name="y", type="BIGINT", nulls=0),
    ]
    asked = pd.DataFrame({"a": [None], "b": [3], "t": ["2018-01-01T10:00:00+02:00"]})
    frame = clean_frame(_serving(), asked, trained, to_score=True)
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "a": "str",
        "b": "float64",
        "b2": "float64",
        "t": "datetime64[us, UTC]",
    }
    assert frame["t"][0] == pd.Timestamp("2018-01-01 08:00", tz="UTC")
    with pytest.raises(DataError, match="the frame, column 'b': 'three' does not read as number"):
        clean_frame(_serving(), asked.assign(b="three"), trained, to_score=True)


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (pd.DataFrame({"a": [1, "x"], "b": [1, 2]}), "column 'a' of the frame holds values of several types"),
        (pd.DataFrame({"a": [[1], [2]], "b": [1, 2]}), "column 'a' holds BIGINT"),
        (pd.DataFrame([[1, 2, 3]], columns=["a", "b", "b"]), "the frame: column 'b' stands there twice"),
        (pd.DataFrame({"a": ["x"], "b": [1], "row_hash": [1]}), "'row_hash' is the name"),
    ],
)
def test_a_frame_that_is_no_table_is_refused(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(DataError, match=says):
        clean_frame(_serving(), frame, to_score=True)


def test_an_empty_frame_stays_empty() -> None:
    frame = clean_frame(_serving(), pd.DataFrame({"a": [], "b": []}), to_score=True)
    assert frame.shape == (0, 3)
