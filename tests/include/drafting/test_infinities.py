from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from include.drafting.column import look_at
from include.drafting.draft import draft_from_rows
from include.drafting.infinities import clean_infinities
from tests.include.drafting.frames import columns, rides, rows_of


def test_finite_columns_are_left_alone() -> None:
    found = clean_infinities(columns(rides()))
    assert (found.steps, found.cleaned, found.notes) == ((), {}, ())


def test_the_step_does_what_the_draft_saw() -> None:
    frame = pd.DataFrame({'odd "name"': [1.0, np.inf, -np.inf, np.nan]})
    found = clean_infinities({name: look_at(frame[name]) for name in frame})
    told = duckdb.sql(f"SELECT {found.steps[0]['expression']} AS finite FROM frame").df()["finite"]
    pd.testing.assert_series_equal(told, found.cleaned['odd "name"'], check_names=False)


def test_a_feature_with_infinities_is_drafted_with_a_step_and_a_note() -> None:
    frame = rides()
    frame.loc[[3, 8], "distance"] = [np.inf, -np.inf]
    draft = draft_from_rows("ride_fare", rows_of(frame), "rides.csv", "fare", time="pickup")
    assert "distance" in draft.spec.data.features
    assert [step.column for step in draft.spec.cleaning if step.do == "derive"] == ["distance"]
    assert "distance: 2 infinite values are read as missing" in draft.warnings


def test_infinities_of_what_is_left_out_need_no_step() -> None:
    frame = rides()
    frame.loc[3, "tip"] = np.inf
    draft = draft_from_rows("ride_fare", rows_of(frame), "rides.csv", "fare", time="pickup")
    assert not [step for step in draft.spec.cleaning if step.do == "derive" and step.column == "tip"]
