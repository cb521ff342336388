from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.data.cleaning import clean_frame
from include.domain.errors import DataError, SpecError
from include.domain.spec.looking_back import lags_in
from include.drafting.draft import Draft, draft_from_rows, draft_spec
from include.spec_files.reading import read_spec
from include.spec_files.schema import SCHEMA_COMMENT
from tests.include.drafting.frames import quarters, rides, rows_of


@pytest.fixture(scope="module")
def draft() -> Draft:
    return draft_from_rows("ride_fare", rows_of(rides()), "rides.csv", "fare", time="pickup", owner="fleet")


def of(frame: pd.DataFrame, target: str = "y", **asked: Any) -> Draft:
    return draft_from_rows("some_model", rows_of(frame), "data.csv", target, owner="me", **asked)


def test_the_text_says_what_the_spec_says(draft: Draft, tmp_path: Path) -> None:
    path = tmp_path / "ride_fare.yaml"
    path.write_text(draft.text, encoding="utf-8")
    assert read_spec(path) == draft.spec
    assert draft.text.startswith(SCHEMA_COMMENT + "\n")


def test_a_draft_is_the_same_every_time(draft: Draft) -> None:
    again = draft_from_rows("ride_fare", rows_of(rides()), "rides.csv", "fare", time="pickup", owner="fleet")
    assert again.text == draft.text


def test_features_are_what_is_known_before(draft: Draft) -> None:
    assert draft.spec.data.features == ("distance", "zone_id", "paid_by", "pickup_hour", "pickup_weekday")
    assert draft.spec.data.categories == ("zone_id",)
    assert (draft.spec.data.id, draft.spec.data.time) == ("ride_id", "pickup")


def test_what_knows_the_answer_is_forbidden_and_said(draft: Draft) -> None:
    assert set(draft.spec.data.forbidden) == {"total", "extra", "tip", "dropoff", "note"}
    assert "fare = total - extra - tip" in draft.spec.data.forbidden["total"]
    assert any("fare = total - extra - tip" in warning for warning in draft.warnings)
    assert any(warning.startswith("dropoff is left out: it lies after pickup") for warning in draft.warnings)


def test_the_split_follows_the_time(draft: Draft) -> None:
    assert draft.spec.training.split.by == "time"
    assert of(rides().drop(columns=["pickup", "dropoff"]), "fare").spec.training.split.by == "stratified"


def test_types_that_were_read_are_asked_for(draft: Draft) -> None:
    assert draft.spec.data.types["distance"] == "number"
    assert draft.spec.data.types["pickup"] == "timestamp"
    assert "total" not in draft.spec.data.types


def test_the_negative_fare_would_be_set_aside(draft: Draft) -> None:
    fences = [e for e in draft.spec.quality.raw.expectations if e.title == "column_values_to_be_between.fare"]
    assert fences[0].quarantine
    assert fences[0].kwargs["min_value"] == 0
    assert draft.spec.quality.quarantine.at_most_share == 0.005


def test_bounds_are_only_suggested(draft: Draft) -> None:
    assert draft.spec.gates.bounds == ()
    assert "#   - {observation: mean_absolute_error, at_most: " in draft.text


def test_a_class_is_drafted_as_such() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=400)
    made = of(pd.DataFrame({"y": np.where(x + rng.normal(size=400) > 1, "bad", "good"), "x": x}))
    assert (made.spec.task, made.spec.data.positive) == ("binary", "bad")
    assert made.spec.training.estimator == "sklearn.ensemble.HistGradientBoostingClassifier"
    assert made.spec.gates.beats_champion.metric == "brier_score"


def test_a_rare_class_is_judged_by_its_probabilities() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=2000)
    made = of(pd.DataFrame({"y": (x + rng.normal(size=2000) > 2.9).astype(int), "x": x}))
    assert made.spec.gates.beats_champion.metric == "log_loss"
    assert made.spec.training.parameters["max_leaf_nodes"] == 8


def test_many_classes_get_fewer_trees_each() -> None:
    rng = np.random.default_rng(3)
    made = of(pd.DataFrame({"y": [f"c{i % 40}" for i in range(800)], "x": rng.normal(size=800)}))
    assert made.spec.training.parameters["max_iter"] == 25


def test_text_is_cleaned_the_same_way_at_training() -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"y": rng.normal(size=300), "when": [f"{1950 + i // 4} Q{i % 4 + 1}" for i in range(300)]})
    frame["price"] = [f"{i},{i:03}.5" if i else "?" for i in rng.integers(0, 9, 300)]
    frame["where"] = rng.choice([" north", "south "], 300)
    made = of(frame, time="when")
    assert [step.do for step in made.spec.cleaning] == ["trim", "map_values", "parse_number", "parse_date", "calendar"]
    asked_after = {e.kwargs["column"] for e in made.spec.quality.clean.expectations}
    assert asked_after == {"when", "price", "where"}


ODD = ["no", "größe", "a: b", "x #1", "'quoted'", "two\nlines", "1e3", "- dash", "{curly}", "sp ace", "emoji 🙂", "%"]


def test_odd_names_and_values_survive() -> None:
    rng = np.random.default_rng(5)
    values = {name: rng.choice([name, "other"], 100) for name in ODD}
    made = of(pd.DataFrame({"y": rng.normal(size=100), **values}))
    assert made.spec.data.features == tuple(ODD)
    sets = {
        e.kwargs["column"]: e.kwargs["value_set"] for e in made.spec.quality.raw.expectations if "value_set" in e.kwargs
    }
    assert sets == {name: sorted([name, "other"]) for name in ODD}


@pytest.mark.parametrize("odd", ODD)
def test_odd_targets_survive(odd: str) -> None:
    rng = np.random.default_rng(5)
    made = of(pd.DataFrame({odd: rng.choice([odd, "other"], 100, p=[0.3, 0.7]), "x": rng.normal(size=100)}), odd)
    assert (made.spec.data.target, made.spec.data.positive) == (odd, odd)


def test_a_target_that_nothing_explains_is_said_to_be_so() -> None:
    rng = np.random.default_rng(6)
    made = of(pd.DataFrame({"y": rng.normal(size=400), "x": rng.normal(size=400)}))
    assert any("no better than the simple model" in warning for warning in made.warnings)


def test_few_rows_are_drafted_without_a_trial() -> None:
    rng = np.random.default_rng(7)
    made = of(pd.DataFrame({"y": rng.normal(size=40), "x": rng.normal(size=40)}))
    assert any("too few rows to try" in warning for warning in made.warnings)
    assert "bounds" not in made.text


def test_nobody_answers_unless_somebody_is_named() -> None:
    rng = np.random.default_rng(8)
    rows = rows_of(pd.DataFrame({"y": rng.normal(size=40), "x": rng.normal(size=40)}))
    made = draft_from_rows("m", rows, "a.csv", "y")
    assert made.spec.owner == "nobody"
    assert any(warning.startswith("owner: nobody") for warning in made.warnings)


def test_where_every_column_is_left_out_each_reason_is_given() -> None:
    rng = np.random.default_rng(9)
    y = rng.normal(size=300)
    with pytest.raises(DataError, match=r"no column is left to learn 'y' from: twin: is the target"):
        of(pd.DataFrame({"y": y, "twin": y}))


@pytest.mark.parametrize("name", ["Churn", "a-b", "1st", ""])
def test_a_name_that_cannot_be_used_is_refused_before_anything_is_read(name: str) -> None:
    with pytest.raises(SpecError, match="expected lower case letters, digits and _"):
        draft_spec(name, "nowhere.csv", "y")


def test_a_spec_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "churn.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(SpecError, match="exists already and is not overwritten"):
        draft_spec("churn", "nowhere.csv", "y", folder=tmp_path)


def test_a_source_may_be_written_in_braces(tmp_path: Path) -> None:
    rides(60).drop(columns="note").to_csv(tmp_path / "rides.txt", index=False)
    source = f"{{paths: [{tmp_path}/rides.txt], format: csv}}"
    made = draft_spec("rides", source, "fare", time="pickup")
    assert made.spec.data.source.model_dump()["format"] == "csv"
    with pytest.raises(SpecError, match="data: expected a path or a mapping in braces"):
        draft_spec("rides", "{paths: [", "fare")


def test_files_that_are_not_utf_8_are_read_as_spreadsheets_write_them_and_it_is_said(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"Größe": rng.normal(80, 20, 200).round(1), "Stadt": rng.choice(["Köln", "Zürich"], 200)})
    frame["y"] = frame["Größe"] * 2 + rng.normal(0, 30, size=200)
    frame.to_csv(tmp_path / "towns.csv", index=False, encoding="cp1252")
    draft = draft_spec("towns", str(tmp_path / "towns.csv"), "y")
    assert draft.spec.data.source.encoding == "cp1252"
    assert draft.spec.data.features == ("Größe", "Stadt")
    assert draft.warnings[0].startswith("the text is read as cp1252")


def test_an_encoding_that_was_named_is_not_guessed_over(tmp_path: Path) -> None:
    (tmp_path / "towns.csv").write_text("Größe,y\n1,2\n", encoding="cp1252")
    with pytest.raises(DataError, match="line 1: not utf-8"):
        draft_spec("towns", {"paths": [str(tmp_path / "towns.csv")], "encoding": "utf-8"}, "y")


@pytest.fixture(scope="module")
def fleet() -> Draft:
    return of(quarters(), "trips", time="quarter", segment_by=["region", "purpose"])


def test_a_series_learns_from_its_own_past(fleet: Draft) -> None:
    spec = fleet.spec
    assert spec.data.features == ("trips_lag_1", "trips_lag_2", "trips_lag_4")
    assert [step.do for step in spec.cleaning] == ["derive", "parse_date", "lag"]
    assert [step.gaps for step in lags_in(spec.cleaning)] == ["drop"]
    assert spec.training.estimator == "sklearn.linear_model.Ridge"
    assert str(spec.baseline) == "seasonal naive forecast (trips_lag_4)"
    assert spec.split_by == "time"
    assert set(spec.data.forbidden) == {"state"}


def test_segments_are_asked_for_what_their_rows_can_show(fleet: Draft) -> None:
    asked = fleet.spec.segment_by
    assert asked is not None
    assert (asked.columns, asked.rows_at_least) == (("region", "purpose"), 20)
    assert asked.prior_rows in (0, 32, 96)
    assert {fleet.spec.gates.beats_baseline.rows_at_least, fleet.spec.gates.beats_champion.rows_at_least} == {6}
    assert fleet.spec.quality.quarantine.at_most_share == asked.failed_at_most


def test_a_row_of_a_series_is_named_so_that_labels_find_it(fleet: Draft) -> None:
    assert fleet.spec.data.id == "id"
    named = clean_frame(fleet.spec, rows_of(quarters()).frame)["id"]
    assert named.is_unique
    assert "r0 / work / 1991 Q1" in set(named)
    taken = of(quarters().assign(id=0.5), "trips", time="quarter", segment_by=["region", "purpose"])
    assert taken.spec.data.id == "row_id"


def test_long_series_get_trees_and_the_calendar() -> None:
    rng = np.random.default_rng(7)
    days = pd.date_range("2015-01-01", periods=1_100, freq="D", tz="UTC").as_unit("us")
    frame = pd.DataFrame({"day": list(days) * 2, "shop": np.repeat(["a", "b"], 1_100), "sold": rng.gamma(2, 9, 2_200)})
    spec = of(frame.astype({"day": "datetime64[us, UTC]"}), "sold", time="day", segment_by=["shop"]).spec
    assert spec.training.estimator == "sklearn.ensemble.HistGradientBoostingRegressor"
    assert {"day_weekday", "sold_lag_7"} <= set(spec.data.features)
    assert [step.gaps for step in lags_in(spec.cleaning)] == ["keep"]
    assert spec.segment_by is not None
    assert spec.segment_by.rows_at_least == 100


def test_segments_that_are_no_series_keep_what_divides_them_as_a_feature() -> None:
    made = of(rides(), "fare", time="pickup", segment_by=["paid_by"])
    assert made.spec.segment_by is not None
    assert "paid_by" in made.spec.data.features
    assert not any(step.do == "lag" for step in made.spec.cleaning)
    assert made.spec.gates.beats_baseline.rows_at_least == 30
    assert any("no regular series" in warning for warning in made.warnings)


def test_a_column_that_cannot_divide_rows_is_said_before_anything_is_written() -> None:
    with pytest.raises(SpecError, match=r"segment-by: there is no column 'regions': did you mean 'region'\?"):
        of(quarters(), "trips", time="quarter", segment_by=["regions"])
