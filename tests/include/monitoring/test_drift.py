from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import DataError
from include.domain.gate import GateSpec, decide
from include.domain.requirement import Bound
from include.monitoring.drift import Drift, measure_drift
from include.monitoring.evidence import drift_evidence, observe_drift
from include.monitoring.reference import ReferenceSummary
from include.monitoring.watched import WatchedColumn
from tests.fakes import MemoryStore
from tests.include.monitoring.frames import WATCHED, frame, summary, written


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> ReferenceSummary:
    return summary(tmp_path_factory.mktemp("reference") / "r.parquet", frame(5_000))


def drift(reference: ReferenceSummary, path: Path, rows: pd.DataFrame) -> Drift:
    return measure_drift(reference, written(path / "w.parquet", rows), WATCHED)


def alarms(seen: Drift) -> dict[str, tuple[str, ...]]:
    return {column.name: column.alarms for column in seen.drifted}


def test_a_window_like_the_reference_raises_no_alarm(reference: ReferenceSummary, tmp_path: Path) -> None:
    assert alarms(drift(reference, tmp_path, frame(500, seed=1))) == {}


def test_each_change_is_named(reference: ReferenceSummary, tmp_path: Path) -> None:
    rows = frame(500, seed=1)
    changed = {
        "amount": rows["amount"] + 5,
        "paid": np.where(np.arange(500) % 10 < 9, np.nan, rows["paid"]),
        "colour": np.where(np.arange(500) % 50 == 0, "mauve", rows["colour"]),
    }
    seen = drift(reference, tmp_path, rows.assign(**changed))
    assert alarms(seen) == {"amount": ("values",), "paid": ("nulls",), "colour": ("unseen values",)}
    assert {column.name: column.examples for column in seen.columns}["colour"] == ("mauve",)


def test_what_is_left_out_is_said(reference: ReferenceSummary, tmp_path: Path) -> None:
    evidence = drift_evidence(drift(reference, tmp_path, frame(50)), subject="w")
    left_out = evidence.find("left_out_columns")
    assert left_out is not None
    assert (left_out.value, left_out.detail) == (1, "at: a moment, which changes by itself")


def test_columns_that_are_missing_new_or_of_another_type_are_named(reference: ReferenceSummary, tmp_path: Path) -> None:
    rows = frame(300, seed=2).drop(columns="paid").assign(size=1, amount="broken")
    seen = drift(reference, tmp_path, rows)
    assert (seen.missing, seen.new, seen.retyped) == (("paid",), ("size",), ("amount (DOUBLE became VARCHAR)",))
    assert alarms(seen) == {"paid": ("missing",), "amount": ("nulls",)}


def test_a_window_without_rows_says_nothing(reference: ReferenceSummary, tmp_path: Path) -> None:
    evidence = drift_evidence(drift(reference, tmp_path, frame(50).iloc[:0]), subject="w")
    assert all(o.value is None for o in evidence.observations if "." in o.name or o.name == "drifted_columns")


def test_a_window_without_a_known_value_is_an_alarm_about_nulls(reference: ReferenceSummary, tmp_path: Path) -> None:
    seen = drift(reference, tmp_path, frame(100, amount=np.nan, colour=None))
    assert alarms(seen) == {"amount": ("nulls",), "colour": ("nulls",)}


@pytest.mark.parametrize("value", [3.0, "always"])
def test_a_constant_column_may_stay_constant_and_nothing_else(tmp_path: Path, value: float | str) -> None:
    columns = [WatchedColumn(name="x")]
    constant = pd.DataFrame({"x": [value] * 1_000})
    reference = summary(tmp_path / "r.parquet", constant, columns=columns)
    other = -7.0 if isinstance(value, float) else "never"
    for rows, drifted in ((constant.iloc[:100], False), (pd.DataFrame({"x": [other] * 100}), True)):
        seen = measure_drift(reference, written(tmp_path / "w.parquet", rows), columns)
        assert bool(seen.drifted) == drifted


def test_a_column_that_was_always_missing_alarms_when_it_is_not(tmp_path: Path) -> None:
    columns = [WatchedColumn(name="x", kind="numeric"), WatchedColumn(name="y", kind="categorical")]
    nothing = pd.DataFrame({"x": [np.nan] * 1_000, "y": pd.Series([None] * 1_000, dtype="string")})
    reference = summary(tmp_path / "r.parquet", nothing, columns=columns)
    same = measure_drift(reference, written(tmp_path / "w.parquet", nothing.iloc[:50]), columns)
    filled = pd.DataFrame({"x": [1.0] * 50, "y": ["a"] * 50})
    other = measure_drift(reference, written(tmp_path / "w.parquet", filled), columns)
    assert (alarms(same), set(alarms(other))) == ({}, {"x", "y"})


def test_a_text_that_names_every_row_is_left_out_and_said_to_be(tmp_path: Path) -> None:
    named = frame(1_000).assign(who=[f"person {i}" for i in range(1_000)])
    reference = summary(
        tmp_path / "r.parquet", named, columns=[WatchedColumn(name="who"), WatchedColumn(name="amount")]
    )
    assert reference.columns[0].left_out.startswith("an identifier: about ")


def test_a_watched_column_that_the_reference_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the reference has no column 'agee'"):
        summary(tmp_path / "r.parquet", frame(10), columns=[WatchedColumn(name="agee")])


def test_a_file_that_is_no_parquet_is_named(reference: ReferenceSummary, tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_text("no parquet", encoding="utf-8")
    with pytest.raises(DataError, match=r"broken\.parquet"):
        measure_drift(reference, broken, WATCHED)


def test_summaries_and_calibrations_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    first = summary(tmp_path / "r.parquet", frame(1_000), store=store)
    window = written(tmp_path / "w.parquet", frame(200, seed=1))
    seen = measure_drift(first, window, WATCHED, store=store)
    monkeypatch.setattr("include.monitoring.calibration.distance_threshold", None)
    monkeypatch.setattr("include.monitoring.reference.summarise", None)
    again = summary(tmp_path / "r.parquet", frame(1_000), store=store)
    assert measure_drift(again, window, WATCHED, store=store) == seen
    assert len(store.keys("monitoring/calibrations/")) == 1


def test_what_matters_more_is_asked_more_strictly(reference: ReferenceSummary, tmp_path: Path) -> None:
    path = written(tmp_path / "w.parquet", frame(300, seed=3))
    columns = [WatchedColumn(name=c.name, weight=9.0 if c.name == "amount" else 0.0) for c in WATCHED]
    even, weighted = (measure_drift(reference, path, asked).columns[0] for asked in (WATCHED, columns))
    assert weighted.threshold is not None
    assert even.threshold is not None
    assert weighted.threshold < even.threshold


def test_a_gate_bounds_the_columns_that_drifted(reference: ReferenceSummary, tmp_path: Path) -> None:
    gate = GateSpec(name="drift", requirements=(Bound(observation="drifted_columns", at_most=0),))
    still, shifted = (
        observe_drift(reference, written(tmp_path / "w.parquet", rows), WATCHED, subject="adult window")
        for rows in (frame(500, seed=1), frame(500, seed=1).assign(amount=0.0))
    )
    assert [decide(gate, seen).outcome for seen in (still, shifted)] == ["passed", "blocked"]


def test_names_that_sql_could_stumble_over_are_columns_like_others(tmp_path: Path) -> None:
    columns = [WatchedColumn(name=name) for name in ('is "it"?', "größe?::DOUBLE[]", "it's")]
    rows = pd.DataFrame(
        {'is "it"?': ["it's", "?"] * 100, "größe?::DOUBLE[]": [1.5, 2.5] * 100, "it's": [True, False] * 100}
    )
    reference = summary(tmp_path / "r.parquet", rows, columns=columns)
    assert measure_drift(reference, tmp_path / "r.parquet", columns).drifted == ()
