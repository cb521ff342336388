from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.data.split import split_rows
from include.domain.errors import DataError
from include.domain.spec import ModelSpec
from tests.specs import a_spec

LABELS = ["yes", "no"]


def _spec(by: str, task: str = "binary", *, holdout: float = 0.2, validation: float = 0.2, **data: Any) -> ModelSpec:
    keys = {"time": {"time": "t"}, "group": {"entity": "who"}, "stratified": {}}[by]
    estimator = "Ridge" if task == "regression" else "LogisticRegression"
    return a_spec(
        task=task,
        data={"source": "x.csv", "target": "y", **keys, **data},
        training={
            "estimator": f"sklearn.linear_model.{estimator}",
            "split": {"by": by, "holdout": holdout, "validation": validation},
        },
    )


def _frame(size: int, seed: int = 0, *, entities: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2018-01-01", tz="UTC") + pd.to_timedelta(rng.integers(0, size, size), unit="h")
    index = pd.Index(rng.integers(0, 2**64, size, dtype=np.uint64), name="row_hash")
    return pd.DataFrame(
        {
            "t": days.as_unit("us"),
            "who": rng.integers(0, entities, size),
            "y": np.where(rng.random(size) < 0.3, *LABELS),
            "x": rng.random(size),
        },
        index=index,
    ).sort_values("t")


def _parts(parts: pd.Series) -> dict[str, int]:
    return parts.value_counts().to_dict()


@pytest.mark.parametrize("by", ["time", "group", "stratified"])
def test_the_parts_have_about_the_shares_that_were_asked_for(by: str) -> None:
    frame = _frame(1000)
    parts = split_rows(_spec(by, holdout=0.3, validation=0.1), frame)
    assert parts.index.equals(frame.index)
    assert parts.name == "part"
    share = parts.value_counts(normalize=True)
    assert share["holdout"] == pytest.approx(0.3, abs=0.03)
    assert share["validation"] == pytest.approx(0.07, abs=0.03)


@pytest.mark.parametrize("by", ["time", "group", "stratified"])
@pytest.mark.parametrize("shown", ["training", "both"])
def test_the_same_data_are_split_the_same_again_whatever_the_champion_was_shown_of_them(by: str, shown: str) -> None:
    frame = _frame(500)
    first = split_rows(_spec(by), frame)
    trained = first.index[first == "training"] if shown == "training" else first.index[first != "holdout"]
    again = split_rows(_spec(by), frame.sample(frac=1, random_state=1), trained.to_numpy())
    pd.testing.assert_series_equal(again.sort_index(), first.sort_index())


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from(["group", "stratified"]), st.integers(30, 300), st.integers(1, 300))
def test_what_a_champion_trained_on_never_judges_its_challenger(seed: int, by: str, size: int, more: int) -> None:
    grown = _frame(size + more, seed)
    before = grown.sample(size, random_state=seed)
    first = split_rows(_spec(by, "regression", holdout=0.3), before.assign(y=before["x"]))
    trained = first.index[first != "holdout"].to_numpy()
    second = split_rows(_spec(by, "regression", holdout=0.3), grown.assign(y=grown["x"]), trained)
    assert not np.isin(second.index[second == "holdout"], trained).any()
    assert (second == "holdout").any()


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(30, 300), st.floats(0.1, 0.6))
def test_a_cut_in_time_leaves_training_strictly_before_validation_before_the_holdout(
    seed: int, size: int, share: float
) -> None:
    frame = _frame(size, seed)
    frame["y"] = frame["x"]
    parts = split_rows(_spec("time", "regression", holdout=share), frame)
    times = frame["t"].groupby(parts.to_numpy()).agg(["min", "max"])
    assert times.loc["training", "max"] < times.loc["validation", "min"]
    assert times.loc["validation", "max"] < times.loc["holdout", "min"]


def test_a_holdout_starts_behind_what_the_champion_trained_on_if_enough_rows_are_left() -> None:
    frame = _frame(1000).assign(y=lambda rows: rows["x"])
    spec = _spec("time", "regression", holdout=0.2)
    plain = split_rows(spec, frame)
    seen = frame.index[frame["t"] <= frame["t"].iloc[850]]
    moved = split_rows(spec, frame, seen.to_numpy())
    assert not np.isin(moved.index[moved == "holdout"], seen).any()
    assert _parts(moved)["holdout"] == pytest.approx(150, abs=5)
    everything = frame.index[frame["t"] <= frame["t"].iloc[950]]
    pd.testing.assert_series_equal(split_rows(spec, frame, everything.to_numpy()), plain)


def test_rows_whose_label_would_not_be_known_at_the_cut_are_left_out() -> None:
    frame = _frame(1000).assign(y=lambda rows: rows["x"])
    parts = split_rows(_spec("time", "regression", label_delay="100h"), frame)
    cut = frame["t"][parts.to_numpy() == "holdout"].min()
    embargoed = frame["t"][parts.to_numpy() == "embargoed"]
    assert embargoed.min() > cut - pd.Timedelta("100h")
    assert embargoed.max() < cut
    assert frame["t"][np.isin(parts, ["training", "validation"])].max() <= cut - pd.Timedelta("100h")
    with pytest.raises(DataError, match=r"less than data\.label_delay away"):
        split_rows(_spec("time", "regression", label_delay="1000h"), frame)


def test_rows_without_a_label_belong_to_no_part() -> None:
    frame = _frame(300)
    frame.loc[frame.index[::10], "y"] = None
    for by in ("time", "group", "stratified"):
        parts = split_rows(_spec(by), frame)
        assert (parts[frame["y"].isna().to_numpy()] == "embargoed").all()
        assert not (parts[frame["y"].notna().to_numpy()] == "embargoed").any()


def test_rows_of_one_entity_stay_together() -> None:
    frame = _frame(400)
    parts = split_rows(_spec("group"), frame)
    assert (parts.groupby(frame["who"].to_numpy()).nunique() == 1).all()


@pytest.mark.parametrize("by", ["time", "group", "stratified"])
def test_rows_with_one_hash_stay_together(by: str) -> None:
    frame = _frame(200)
    doubled = pd.concat([frame, frame.iloc[::3], frame.iloc[::5]])
    parts = split_rows(_spec(by), doubled)
    assert (parts.groupby(level=0).nunique() == 1).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(60, 400), st.integers(2, 5))
def test_every_class_has_its_exact_share(seed: int, size: int, classes: int) -> None:
    frame = _frame(size, seed)
    frame["y"] = np.random.default_rng(seed).integers(0, classes, size)
    parts = split_rows(_spec("stratified", "multiclass", holdout=0.25), frame)
    held = frame["y"][parts.to_numpy() == "holdout"].value_counts()
    for label, count in frame["y"].value_counts().items():
        assert abs(held.get(label, 0) - 0.25 * count) < 1
    assert held.sum() == round(0.25 * size)


def test_numbers_are_split_evenly_over_their_range() -> None:
    frame = _frame(1000).assign(y=lambda rows: rows["x"] ** 4)
    parts = split_rows(_spec("stratified", "regression"), frame)
    deciles = pd.qcut(frame["y"], 10, labels=False)
    assert ((parts == "holdout").groupby(deciles.to_numpy()).sum() == 20).all()


def test_growing_data_move_few_entities() -> None:
    frame = _frame(4000, entities=400)
    small, large = split_rows(_spec("group"), frame[:2000]), split_rows(_spec("group"), frame)
    before = small.groupby(frame["who"].to_numpy()[:2000]).first()
    after = large.groupby(frame["who"].to_numpy()).first()
    assert (after[before.index[before == "holdout"]] == "holdout").mean() > 0.9


@pytest.mark.parametrize(
    ("change", "by", "says"),
    [
        (lambda rows: rows[:9], "stratified", "9 rows have a value of the target 'y', expected at least 10"),
        (lambda rows: rows.assign(y="yes"), "time", "the target 'y' is 'yes' in all rows"),
        (lambda rows: rows.assign(y=None), "time", "0 rows have a value of the target"),
        (lambda rows: rows.drop(columns="y"), "time", "no column 'y'"),
        (lambda rows: rows.assign(t=rows["t"].where(rows["x"] < 0.5)), "time", r"'t' \(data.time\) is missing in"),
        (lambda rows: rows.assign(t="1998 Q1"), "time", "expected times: put a parse_date step first"),
        (lambda rows: rows.assign(t=rows["t"].iloc[0]), "time", "all 100 rows have the same time"),
        (
            lambda rows: rows.assign(who=rows["who"].where(rows["x"] < 0.5)),
            "group",
            r"'who' \(data.entity\) is missing in",
        ),
        (lambda rows: rows.assign(who=rows["who"] % 2), "group", "has 2 values, expected at least 3"),
        (
            lambda rows: rows.assign(y=np.where(rows["t"] < rows["t"].iloc[60], *LABELS)),
            "time",
            r"the (validation|holdout) part \(\d+ rows\) holds one class only",
        ),
        (lambda rows: rows.assign(y=["yes", *["no"] * 99]), "stratified", "holds one class only"),
    ],
)
def test_data_that_cannot_be_split_say_why(change: Any, by: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        split_rows(_spec(by), change(_frame(100)))


@pytest.mark.parametrize("by", ["group", "stratified"])
def test_a_champion_that_has_seen_everything_leaves_nothing_to_judge_by(by: str) -> None:
    frame = _frame(100)
    with pytest.raises(DataError, match="bring new data"):
        split_rows(_spec(by), frame, frame.index.to_numpy())


def test_entities_that_are_all_large_still_give_a_holdout() -> None:
    frame = _frame(90).assign(who=np.repeat([1, 2, 3], 30))
    parts = split_rows(_spec("group", holdout=0.1, validation=0.1), frame)
    assert _parts(parts) == {"training": 30, "validation": 30, "holdout": 30}
