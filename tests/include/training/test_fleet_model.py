"""A fleet answers like its members, whatever the mix and the order of the rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.domain.errors import DataError
from include.domain.fleet import FleetMember
from include.training.features import FeatureColumns
from include.training.fleet_model import FleetModel
from include.training.models import predict
from tests.include.training.examples import LOGISTIC
from tests.include.training.fleets import a_fleet, a_fleet_spec, shops

SPEC = a_fleet_spec()
KNOWN = "Aix / 1"
"""A segment that has no member in the fleet of these tests."""


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> FleetModel:
    return a_fleet(tmp_path_factory.mktemp("fleet"), SPEC, shops(), without=(KNOWN,))


class Constant:
    """A member that answers its number, and remembers what it was asked."""

    def __init__(self, number: float) -> None:
        self.number, self.asked = number, 0

    def predict(self, rows: pd.DataFrame) -> Any:
        self.asked += len(rows)
        return np.full(len(rows), self.number)


def fleet_of_constants(numbers: dict[str, float], weight: float = 1.0) -> tuple[FleetModel, list[str]]:
    """Return a fleet whose members answer a number each, and the list of those that were read, as it grows."""
    read: list[str] = []

    def reading(member: FleetMember) -> Constant:
        read.append(member.segment)
        return Constant(numbers[member.segment])

    members = {
        key: FleetMember(segment=key, fingerprint="", rows=1, weight=weight, run_id="r", digest="") for key in numbers
    }
    columns = FeatureColumns(("key",), frozenset({"key"}))
    return FleetModel(columns, ("key",), members, Constant(-1.0), reading), read


def rows_of(keys: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"key": pd.Series(keys, dtype="str")})


@given(st.lists(st.sampled_from(["a", "b", "c", "new"]), max_size=40))
def test_every_row_is_answered_by_its_own_segment_in_the_order_of_the_rows(keys: list[str]) -> None:
    numbers = {"a": 1.0, "b": 2.0, "c": 3.0}
    fleet, _ = fleet_of_constants(numbers)
    assert fleet.predict(rows_of(keys)).tolist() == [numbers.get(key, -1.0) for key in keys]
    assert fleet.served_by(rows_of(keys)).tolist() == ["member" if key in numbers else "pooled" for key in keys]


@given(st.lists(st.text(min_size=1, max_size=3).filter(str.strip), min_size=1, max_size=30, unique=True), st.randoms())
def test_a_fleet_of_segments_of_one_row_is_no_exception(keys: list[str], order: Any) -> None:
    numbers = {key.replace("/", "//"): float(i) for i, key in enumerate(keys)}
    fleet, _ = fleet_of_constants(numbers)
    order.shuffle(keys)
    assert fleet.predict(rows_of(keys)).tolist() == [numbers[key.replace("/", "//")] for key in keys]


def test_members_are_read_when_their_segment_is_first_asked_about_and_once() -> None:
    fleet, read = fleet_of_constants({"a": 1.0, "b": 2.0, "c": 3.0})
    assert read == []
    fleet.predict(rows_of(["b", "new"]))
    fleet.predict(rows_of(["b", "c"]))
    assert read == ["b", "c"]


def test_a_member_of_few_rows_leans_on_the_pooled_model() -> None:
    fleet, _ = fleet_of_constants({"a": 1.0}, weight=0.25)
    assert fleet.predict(rows_of(["a", "new"])).tolist() == [0.25 * 1.0 + 0.75 * -1.0, -1.0]


def test_no_row_has_no_answer(fleet: FleetModel) -> None:
    assert len(predict(SPEC, fleet, shops().head(0))) == 0


def test_answers_are_those_of_the_members_and_of_the_pooled_model(fleet: FleetModel) -> None:
    frame = shops()
    said = predict(SPEC, fleet, frame)
    own = (frame["town"] == "Aix") & (frame["shop"] == 2)
    # Every shop sells its own number for each unit of its size, which its member has learned to the last digit.
    assert np.allclose(said.values[own], 2 * frame["size"][own])
    alone = (frame["town"] == "Aix") & (frame["shop"] == 1)
    assert not np.allclose(said.values[alone], frame["sales"][alone])
    assert said.served_by is not None
    assert set(said.served_by[alone]) == {"pooled"}
    assert set(said.served_by[~alone]) == {"member"}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_row_is_answered_alike_alone_and_among_others(fleet: FleetModel, data: st.DataObject) -> None:
    frame = shops()
    places = data.draw(st.lists(st.integers(0, len(frame) - 1), min_size=1, max_size=20))
    together = predict(SPEC, fleet, frame.iloc[places]).values
    alone = [predict(SPEC, fleet, frame.iloc[[place]]).values[0] for place in places]
    assert np.allclose(together, alone, rtol=1e-12)


def test_rows_are_routed_alike_in_whatever_types_their_columns_arrive(fleet: FleetModel) -> None:
    frame = shops()
    whole = predict(SPEC, fleet, frame)
    assert whole.served_by is not None
    for kind in ("Int64", "float64", "str", "object"):
        said = predict(SPEC, fleet, frame.astype({"shop": kind}))
        assert said.served_by is not None
        assert said.served_by.tolist() == whole.served_by.tolist(), kind


def test_a_class_that_a_segment_never_saw_has_no_chance_there(tmp_path: Path) -> None:
    frame = shops().assign(sales=lambda rows: np.where(rows["size"] > 10, "much", "little"))
    frame.loc[frame["shop"] == 1, "sales"] = "none"
    frame.loc[(frame["shop"] == 1) & (frame["size"] > 9), "sales"] = "little"
    spec = a_fleet_spec(task="multiclass", training={"estimator": LOGISTIC}, segment_by="shop")
    said = predict(spec, a_fleet(tmp_path, spec, frame), frame)
    assert said.classes is not None
    assert said.probabilities is not None
    assert said.classes.tolist() == ["little", "much", "none"]
    first = (frame["shop"] == 1).to_numpy()
    assert (said.probabilities[first, 1] == 0).all()
    assert (said.probabilities[~first, 2] == 0).all()
    assert np.allclose(said.probabilities.sum(axis=1), 1)
    assert np.array_equal(said.values, said.classes[said.probabilities.argmax(axis=1)])


def test_classes_without_probabilities_are_told_as_the_members_tell_them(tmp_path: Path) -> None:
    frame = shops().assign(sales=lambda rows: np.where(rows["size"] > 10, "much", "little"))
    spec = a_fleet_spec(task="binary", training={"estimator": "sklearn.svm.LinearSVC"}, segment_by="shop")
    said = predict(spec, a_fleet(tmp_path, spec, frame, without=("3",)), frame)
    assert said.probabilities is None
    assert np.mean(said.values == frame["sales"]) > 0.9


def test_a_class_that_the_fleet_does_not_know_is_put_in_no_other_column(tmp_path: Path) -> None:
    frame = shops().assign(sales=lambda rows: np.where(rows["size"] > 10, "much", "little"))
    spec = a_fleet_spec(task="multiclass", training={"estimator": LOGISTIC}, segment_by="shop")
    fleet = a_fleet(tmp_path, spec, frame)
    fleet.classes_ = np.array(["little", "none"])
    with pytest.raises(DataError, match="classes that the fleet does not know: 'much'"):
        predict(spec, fleet, frame)
