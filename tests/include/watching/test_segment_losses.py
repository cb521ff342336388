from __future__ import annotations

import numpy as np
import pandas as pd

from include.domain.predictions import Predictions
from include.watching.segment_losses import losses_by_segment
from include.watching.served import Served
from tests.include.training.fleets import a_fleet_spec


def served(**columns: list[object]) -> Served:
    frame = pd.DataFrame({"town": ["a", "b", "a", "b"], "shop": 1, "sales": [1.0, 2.0, 3.0, 4.0], **columns})
    return Served(frame, Predictions(np.array([1.5, 2.0, 1.0, 0.0])))


def test_every_labelled_row_costs_what_its_answer_was_off_by_in_its_own_segment() -> None:
    costs = losses_by_segment(a_fleet_spec(), served())
    assert costs.loss == "mean_absolute_error"
    assert list(zip(costs.segments, costs.losses, strict=True)) == [
        ("a / 1", 0.5),
        ("b / 1", 0.0),
        ("a / 1", 2.0),
        ("b / 1", 4.0),
    ]


def test_rows_without_a_label_cost_nothing_yet() -> None:
    costs = losses_by_segment(a_fleet_spec(), served(sales=[1.0, None, None, 4.0]))
    assert costs.segments.tolist() == ["a / 1", "b / 1"]
    assert losses_by_segment(a_fleet_spec(), served(sales=[np.nan] * 4)).losses.tolist() == []


def test_rows_of_one_entity_count_once_by_their_mean() -> None:
    spec = a_fleet_spec(data={"entity": "buyer"})
    costs = losses_by_segment(spec, served(buyer=["x", "x", "x", "y"]))
    assert list(zip(costs.segments, costs.losses, strict=True)) == [("a / 1", 1.25), ("b / 1", 0.0), ("b / 1", 4.0)]


def test_segments_that_are_one_entity_each_are_judged_by_their_rows() -> None:
    spec = a_fleet_spec(data={"entity": "town"}, segment_by="town")
    assert len(losses_by_segment(spec, served()).losses) == 4


def test_what_is_counted_may_be_said_before() -> None:
    costs = losses_by_segment(a_fleet_spec(), served(), loss="mean_squared_error")
    assert costs.losses.tolist() == [0.25, 0.0, 4.0, 16.0]


def test_answers_that_are_missing_are_a_problem_and_no_losses() -> None:
    world = served()
    world.said.values[1] = np.nan
    costs = losses_by_segment(a_fleet_spec(), world)
    assert costs.problem == "1 of 4 predictions are missing or infinite"
    assert len(costs.losses) == 0
