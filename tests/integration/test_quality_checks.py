"""A whole check of a dataset, with Great Expectations itself."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import DataError
from include.domain.evidence import Observation
from include.domain.gate import decide
from include.domain.spec import ModelSpec
from include.quality.checks import check_dataset
from include.quality.result import QualityResult
from include.storage.store import Store, open_store
from tests.include.quality.snapshots import a_snapshot
from tests.specs import a_spec

pytestmark = pytest.mark.integration

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path))


def _customers(**columns: Any) -> pd.DataFrame:
    plan = {
        "k": np.arange(100),
        "at": pd.date_range("2026-04-01", periods=100, freq="h", tz="UTC").as_unit("us"),
        "bill": np.linspace(1, 100, 100),
        "plan": pd.Series(["free", "paid"] * 50, dtype="str"),
        "left": [True, False] * 50,
    }
    return pd.DataFrame(plan | columns)


def _expects(type_: str, **parts: Any) -> dict[str, Any]:
    outer = {key: parts.pop(key) for key in ("name", "required", "quarantine", "because") if key in parts}
    return {"type": f"expect_{type_}", "kwargs": parts, **outer}


def _spec(*expectations: dict[str, Any], data: Any = None, **quality: Any) -> ModelSpec:
    suites = {"raw": {"expectations": expectations}, "clean": {"expectations": expectations}}
    return a_spec(data={"id": "k", "time": "at", **(data or {})}, quality=suites | quality)


def _check(store: Store, spec: ModelSpec, frame: pd.DataFrame, **asked: Any) -> QualityResult:
    given = {"suite": "raw", "as_of": None, "folder": Path("specs"), **asked}
    return check_dataset(spec, a_snapshot(store, frame), store, **given)


def _seen(result: QualityResult, name: str) -> Observation:
    found = result.evidence.find(name)
    assert found is not None, name
    return found


def _failures(result: QualityResult) -> set[str]:
    named = [item for item in result.evidence.observations if item.name.startswith("expectation.")]
    return {item.name.removeprefix("expectation.") for item in named if item.value == 0}


def test_a_spec_that_expects_nothing_is_still_held_to_what_it_implies(store: Store) -> None:
    result = _check(store, a_spec(), _customers())
    assert _seen(result, "checked_expectations").value == 2
    assert decide(a_spec().data_gate(), result.evidence).passed


def test_without_quarantine_the_dataset_itself_is_accepted(store: Store) -> None:
    dataset = a_snapshot(store, _customers())
    result = check_dataset(_spec(), dataset, store, suite="raw", as_of=None, folder=Path("specs"))
    assert result.accepted == dataset
    assert result.quarantined is None


def test_what_is_said_of_an_expectation_is_matched_by_its_title_in_any_order(store: Store) -> None:
    expectations = [
        _expects("column_values_to_be_between", column="bill", max_value=99, name="too small"),
        _expects("column_mean_to_be_between", column="gone", max_value=1, name="raises"),
        _expects("column_values_to_be_in_set", column="plan", value_set=["free", "paid"], name="known plans"),
        _expects("column_values_to_be_between", column="bill", max_value=99, name="too small again"),
        _expects("table_row_count_to_equal", value=100, name="a hundred"),
    ]
    assert _failures(_check(store, _spec(*expectations), _customers())) == {"too small", "raises", "too small again"}
    assert _failures(_check(store, _spec(*expectations[::-1]), _customers())) == {
        "too small",
        "raises",
        "too small again",
    }


def test_an_expectation_that_raises_is_a_failure_and_no_obstacle(store: Store) -> None:
    broken = _expects("column_kl_divergence_to_be_less_than", column="bill", partition_object={"a": 1}, threshold=1)
    regex = _expects("column_values_to_match_regex", column="plan", regex="(")
    result = _check(store, _spec(broken, regex, _expects("column_values_to_be_unique", column="k")), _customers())
    assert _failures(result) == {"column_kl_divergence_to_be_less_than.bill", "column_values_to_match_regex.plan"}
    detail = _seen(result, "failed_required_expectations").detail
    assert "could not be judged: Invalid partition_object provided" in detail
    assert "could not be judged: Invalid regular expression: missing ): (" in detail


def test_rows_are_set_aside_and_everything_else_is_asked_of_the_rest(store: Store) -> None:
    frame = _customers(bill=[-5.0, *np.linspace(1, 99, 99)])
    spec = _spec(
        _expects("column_values_to_be_between", column="bill", min_value=0, quarantine=True, because="nobody is paid"),
        _expects("column_min_to_be_between", column="bill", min_value=1),
    )
    result = _check(store, spec, frame)
    assert not _failures(result)
    assert result.accepted.rows == _seen(result, "rows").value == 99
    assert result.quarantined is not None
    assert result.quarantined.rows == 1
    share = _seen(result, "quarantined_share")
    assert share.value == 0.01
    assert "1 of 100 rows set aside (1 %)" in share.detail
    assert "because nobody is paid; for example -5 (k 0)" in share.detail
    assert decide(spec.data_gate(), result.evidence).passed


def test_more_rows_set_aside_than_allowed_close_the_gate(store: Store) -> None:
    spec = _spec(_expects("column_values_to_be_between", column="bill", min_value=3, quarantine=True))
    result = _check(store, spec, _customers())
    assert _seen(result, "quarantined_share").value == 0.02
    assert decide(spec.data_gate(), result.evidence).outcome == "blocked"


def test_a_row_that_fails_is_set_aside_even_where_most_do_not(store: Store) -> None:
    tolerant = _expects("column_values_to_be_between", column="bill", min_value=2, mostly=0.9, quarantine=True)
    result = _check(store, _spec(tolerant), _customers())
    assert result.accepted.rows == _seen(result, "rows").value == 99


def test_rows_that_could_not_be_judged_are_not_set_aside(store: Store) -> None:
    raising = _expects("column_values_to_be_between", column="plan", min_value=0, quarantine=True)
    result = _check(store, _spec(raising), _customers())
    assert _failures(result) == {"column_values_to_be_between.plan"}
    assert result.quarantined is None


def test_columns_may_be_called_anything(store: Store) -> None:
    frame = _customers().rename(columns={"bill": "Größe 大 \"q'", "plan": "<b>план</b>"})
    spec = _spec(
        _expects("column_values_to_be_between", column="Größe 大 \"q'", max_value=50),
        _expects("column_values_to_be_in_set", column="<b>план</b>", value_set=["free"], quarantine=True),
    )
    result = _check(store, spec, frame)
    assert _failures(result) == {"column_values_to_be_between.Größe 大 \"q'"}
    assert result.accepted.rows == 50


def test_an_empty_dataset_passes_nothing(store: Store) -> None:
    spec = _spec(_expects("column_values_to_not_be_null", column="bill"))
    result = _check(store, spec, _customers().iloc[:0])
    assert {"implied.rows", "column_values_to_not_be_null.bill", "implied.has_values.bill"} <= _failures(result)
    assert decide(spec.data_gate(), result.evidence).outcome == "blocked"


@pytest.mark.parametrize(
    ("bad", "title", "told"),
    [
        ({"bill": [np.inf, *range(99)]}, "implied.finite.bill", "inf (k 0)"),
        ({"bill": [np.nan] * 100}, "implied.has_values.bill", "saw 0"),
        ({"k": [7, 7, *range(10, 108)]}, "implied.unique.k", "7 in 2 rows"),
        ({"bill": pd.Series([*map(str, range(99)), "n/a"], dtype="str")}, "implied.one_kind.bill", "'n/a' (k 99)"),
    ],
    ids=["infinity", "nothing", "twice the same id", "numbers and text"],
)
def test_what_no_model_can_learn_from_is_named(store: Store, bad: Any, title: str, told: str) -> None:
    result = _check(store, _spec(), _customers(**bad))
    assert title in _failures(result)
    assert told in _seen(result, f"expectation.{title}").detail


def test_columns_that_are_not_used_may_be_anything(store: Store) -> None:
    unused = _spec(data={"features": {"all_but": ["bill"]}})
    assert not _failures(_check(store, unused, _customers(bill=[np.inf] * 100)))


def test_a_column_that_the_spec_names_has_to_be_there(store: Store) -> None:
    result = _check(store, _spec(data={"features": ["bill", "tenure"]}), _customers())
    assert _failures(result) == {"implied.exists.tenure"}


def test_old_data_are_not_fresh(store: Store) -> None:
    stale = _check(store, _spec(freshness="2d"), _customers(), as_of=NOON)
    assert _failures(stale) == {"implied.fresh.at"}
    assert "saw 2026-04-05 03:00:00+00:00" in _seen(stale, "expectation.implied.fresh.at").detail
    assert not _failures(_check(store, _spec(freshness="30d"), _customers(), as_of=NOON))


def test_freshness_that_cannot_be_asked_is_said(store: Store) -> None:
    result = _check(store, _spec(freshness="2d"), _customers())
    assert _seen(result, "checked_expectations").detail == "freshness is not asked: the run has no window that ends"


def test_rows_of_a_fleet_with_an_infinity_are_set_aside_up_to_the_share_that_may_be(store: Store) -> None:
    terms = {"segment_by": ["plan"], "quality": {"quarantine": {"at_most_share": 0.02}}}
    fleet = a_spec(data={"id": "k", "time": "at"}, **terms)
    for bad, outcome in ((2, "passed"), (3, "blocked")):
        bill = np.r_[np.linspace(1, 100, 100 - bad), [np.inf] * bad]
        result = _check(store, fleet, _customers(bill=bill))
        assert result.quarantined is not None
        assert (result.accepted.rows, result.quarantined.rows) == (100 - bad, bad)
        assert "implied.finite.bill" in _seen(result, "quarantined_share").detail
        assert decide(fleet.data_gate(), result.evidence).outcome == outcome


@pytest.mark.parametrize("bound", ["2026-04-02", "2026-04-02T00:00:00Z", datetime(2026, 4, 2, tzinfo=UTC).date()])
def test_moments_may_be_written_as_yaml_writes_them(store: Store, bound: Any) -> None:
    spec = _spec(_expects("column_values_to_be_between", column="at", min_value=bound))
    result = _check(store, spec, _customers())
    assert "24 of 100 rows" in _seen(result, "expectation.column_values_to_be_between.at").detail


def test_an_expectation_may_be_about_some_rows(store: Store) -> None:
    about = {"column": "bill", "max_value": 99, "condition_parser": "pandas"}
    spec = _spec(
        _expects("column_values_to_be_between", **about, row_condition="plan == 'paid'", name="paid"),
        _expects("column_values_to_be_between", **about, row_condition="plan == 'free'", name="free"),
        _expects("column_values_to_be_between", **about, row_condition="plan == 'none'", name="none"),
    )
    result = _check(store, spec, _customers())
    assert _failures(result) == {"paid"}
    assert "1 of 50 rows" in _seen(result, "expectation.paid").detail


def test_a_snapshot_that_is_gone_is_a_fault_of_the_data(store: Store) -> None:
    gone = a_snapshot(store, _customers()).model_copy(update={"uri": f"{store.uri}/data/gone"})
    with pytest.raises(DataError, match="take the snapshot again"):
        check_dataset(_spec(), gone, store, suite="raw", as_of=None, folder=Path("specs"))


def test_an_unchanged_check_is_found_again(store: Store) -> None:
    spec = _spec(_expects("column_values_to_be_between", column="bill", min_value=2, quarantine=True))
    first, second = (_check(store, spec, _customers()) for _ in range(2))
    assert (first.reused, first.cause) == (False, "not checked before")
    assert second.reused
    assert second.cause == "checked before: data, expectations, code and environment are the same"
    assert second == first.model_copy(update={"reused": True, "cause": second.cause})


def test_a_changed_expectation_is_named_as_the_cause(store: Store) -> None:
    for bound, cause in ((2, "not checked before"), (3, ".kwargs.min_value changed from 2 to 3")):
        spec = _spec(_expects("column_values_to_be_between", column="bill", min_value=bound, name="bill"))
        assert _check(store, spec, _customers()).cause.endswith(cause)


def test_time_passing_asks_again_only_where_freshness_is_asked(store: Store) -> None:
    later = NOON.replace(hour=13)
    for spec, reused in ((_spec(), True), (_spec(freshness="90d"), False)):
        _check(store, spec, _customers(), as_of=NOON)
        assert _check(store, spec, _customers(), as_of=later).reused is reused


def test_a_result_that_lost_its_report_is_made_again(store: Store) -> None:
    first = _check(store, _spec(), _customers())
    Path(first.docs.uri.removeprefix("file://")).unlink()
    again = _check(store, _spec(), _customers())
    assert again.cause == "checked again: part of the earlier result is no longer in the store"
    assert Path(again.docs.uri.removeprefix("file://")).exists()


def test_nothing_is_sent_anywhere(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a check opens no connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    _check(store, _spec(_expects("column_values_to_not_be_null", column="bill")), _customers())
