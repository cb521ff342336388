"""Every segment is divided by itself, in time as well as by order, and nothing that the champion saw judges again."""

from __future__ import annotations

from datetime import timedelta
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

DAY = pd.Timedelta(days=1)
START = pd.Timestamp("2026-01-01", tz="UTC")


def fleet_of(by: str, task: str = "regression", *, holdout: float = 0.2, **data: Any) -> ModelSpec:
    keys = {"time": {"time": "t"}, "group": {"entity": "who"}, "stratified": {}}[by]
    return a_spec(
        task=task,
        data={"target": "y", **keys, **data},
        segment_by="town",
        training={"estimator": "sklearn.linear_model.Ridge", "split": {"by": by, "holdout": holdout}},
    )


def days(sizes: dict[str, int], seed: int = 0, *, entities: int = 20) -> pd.DataFrame:
    """Return a row a day for every town, so many as it is given."""
    rng = np.random.default_rng(seed)
    parts = [
        pd.DataFrame(
            {
                "town": pd.Series([town] * size, dtype="str"),
                "t": START + DAY * np.arange(size),
                "who": [f"{town} {one}" for one in rng.integers(0, entities, size)],
                "y": rng.random(size),
            }
        )
        for town, size in sizes.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame.index = pd.Index(rng.integers(1, 2**63, len(frame)).astype(np.uint64), name="row_hash")
    return frame


def judges(spec: ModelSpec, frame: pd.DataFrame, trained_on: Any = None) -> pd.Series:
    return split_rows(spec, frame, trained_on) == "holdout"


def learned(spec: ModelSpec, frame: pd.DataFrame, trained_on: Any = None) -> Any:
    parts = split_rows(spec, frame, trained_on)
    return parts[parts == "training"].index.to_numpy()


@pytest.mark.parametrize("by", ["time", "group", "stratified"])
def test_about_the_share_that_was_asked_for_judges_in_every_segment(by: str) -> None:
    frame = days({"a": 200, "b": 200}, entities=50)
    share = judges(fleet_of(by), frame).groupby(frame["town"]).mean()
    assert share.to_dict() == pytest.approx({"a": 0.2, "b": 0.2}, abs=0.03)


@pytest.mark.parametrize("by", ["group", "stratified"])
@settings(max_examples=25)
@given(more=st.integers(1, 200), seed=st.integers(0, 5))
def test_news_about_one_segment_moves_no_row_of_another(by: str, more: int, seed: int) -> None:
    frame, spec = days({"b": 60, "c": 80}), fleet_of(by)
    news = days({"a": more, "c": 30}, seed=seed + 100)
    before, after = judges(spec, frame), judges(spec, pd.concat([news, frame]))
    of_b = frame.index[frame["town"] == "b"]
    assert before[of_b].equals(after[of_b])


@pytest.mark.parametrize("by", ["group", "stratified"])
@settings(max_examples=25)
@given(seed=st.integers(0, 1000))
def test_no_row_that_the_champion_learned_from_judges(by: str, seed: int) -> None:
    frame, spec = days({"a": 60, "b": 80}, seed, entities=12), fleet_of(by)
    older = learned(spec, frame[::2])
    assert not set(frame.index[judges(spec, frame, older)]) & set(older)


@settings(max_examples=25)
@given(seed=st.integers(0, 1000))
def test_an_entity_of_several_segments_is_judged_or_learned_from_as_a_whole(seed: int) -> None:
    frame = days({"a": 60, "b": 60, "c": 30}, seed)
    frame["who"] = np.random.default_rng(seed).integers(0, 15, len(frame))
    spec = fleet_of("group")
    assert judges(spec, frame).groupby(frame["who"]).nunique().max() == 1
    seen = frame.index.to_numpy()[:5]
    told = judges(spec, frame, seen)
    assert not set(frame["who"][told.to_numpy()]) & set(frame["who"].iloc[:5])


def test_the_one_entity_that_the_champion_has_not_seen_judges() -> None:
    frame = days({"a": 100})
    frame["who"] = np.repeat(np.arange(5), 20)
    for new in range(5):
        told = judges(fleet_of("group"), frame, frame.index.to_numpy()[frame["who"] != new])
        assert frame["who"][told].unique().tolist() == [new]


def test_few_entities_of_unequal_size_are_enough_for_a_holdout() -> None:
    frame = days({"a": 100})
    frame["who"] = np.repeat([1, 2, 3, 4], [30, 28, 22, 20])
    assert 20 <= judges(fleet_of("group"), frame).sum() <= 30


@pytest.mark.parametrize("holdout", [0.2, 0.8])
def test_of_every_segment_one_unit_stays_behind_to_learn_from(holdout: float) -> None:
    frame = days({"a": 2, "b": 1, "c": 40})
    told = judges(fleet_of("stratified", holdout=holdout), frame)
    assert told.groupby(frame["town"]).sum().to_dict() == {"a": 1, "b": 0, "c": round(40 * holdout)}


def test_classes_keep_their_shares_in_every_segment() -> None:
    frame = days({"a": 100, "b": 100})
    frame["y"] = np.where(np.arange(200) % 100 < 20, "yes", "no")
    told = judges(fleet_of("stratified", task="binary"), frame)
    assert told.groupby([frame["town"], frame["y"]]).sum().tolist() == [16, 4, 16, 4]


def test_by_time_all_segments_share_one_cut_however_many_rows_they_have() -> None:
    frame = days({"a": 100, "b": 40})
    told = judges(fleet_of("time"), frame)
    assert frame["t"][told].min() == START + 80 * DAY
    assert frame["t"][~told].max() == START + 79 * DAY
    assert not told[frame.index[frame["town"] == "b"]].any()


@pytest.mark.parametrize(("more", "cut"), [(0, 80), (10, 80), (12, 80), (20, 96)])
def test_the_cut_stays_behind_what_the_champion_saw_until_half_as_much_again_lies_after_it(more: int, cut: int) -> None:
    spec, frame = fleet_of("time"), days({"a": 100, "b": 100})
    older = learned(spec, frame)
    news = days({"a": 100 + more}, seed=1).iloc[100:]
    told = judges(spec, pd.concat([frame, news]), older)
    assert pd.concat([frame, news])["t"][told].min() == START + cut * DAY


@pytest.mark.parametrize("after", [1, 4, 40])
def test_nothing_is_learned_from_that_is_later_than_what_judges(after: int) -> None:
    frame = days({"a": 100})
    older = frame.index.to_numpy()[: 100 - after]
    told = judges(fleet_of("time"), frame, older)
    assert frame["t"][~told].max() < frame["t"][told].min()
    assert not set(frame.index[told]) & set(older)


def test_without_rows_that_are_new_to_the_champion_nobody_can_judge() -> None:
    frame = days({"a": 100})
    for by in ("time", "stratified"):
        with pytest.raises(DataError, match="the champion has trained on all of them; bring new data"):
            judges(fleet_of(by), frame, frame.index.to_numpy())


def test_rows_whose_label_was_not_known_at_the_cut_do_not_train() -> None:
    frame = days({"a": 100, "b": 100})
    spec = fleet_of("time", label_delay="5d")
    assert spec.data.label_delay == timedelta(days=5)
    parts = split_rows(spec, frame)
    assert sorted(frame["t"][parts == "embargoed"].unique()) == [START + day * DAY for day in range(76, 80)]
    assert (frame["t"][parts == "training"].max(), parts[frame["t"] >= START + 80 * DAY].unique().tolist()) == (
        START + 75 * DAY,
        ["holdout"],
    )


def test_a_moment_that_all_rows_share_divides_nothing() -> None:
    with pytest.raises(DataError, match="same time"):
        judges(fleet_of("time"), days({"a": 100}).assign(t=START))


def test_a_column_of_the_segments_that_is_not_there_is_named() -> None:
    with pytest.raises(DataError, match="segment_by"):
        judges(fleet_of("stratified"), days({"a": 100}).drop(columns="town"))
