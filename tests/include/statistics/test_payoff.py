from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import make_scorer
from sklearn.model_selection import TunedThresholdClassifierCV

from include.domain.errors import DataError
from include.domain.spec.value import ValueSpec
from include.statistics.payoff import Cut, Payoffs, best_threshold, payoffs_of

MONEY = st.integers(-100, 100).map(float)
ROWS = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]), MONEY, MONEY, MONEY, MONEY),
    min_size=1,
    max_size=40,
)


def paid_by(columns: list[tuple[float, ...]]) -> Payoffs:
    names = ("true_positive", "false_positive", "false_negative", "true_negative")
    values = np.array(columns, dtype=np.float64)
    return Payoffs({name: values[:, i] for i, name in enumerate(names)})


@given(ROWS)
def test_no_other_threshold_is_worth_more(rows: list[tuple[Any, ...]]) -> None:
    positive, chance = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    payoffs = paid_by([row[2:] for row in rows])
    cut = best_threshold(positive, chance, payoffs)
    tried = [np.mean(payoffs.of_decisions(positive, chance >= at)) for at in (*chance, 0.0, 0.3, 1.0, 2.0)]
    assert cut.worth == pytest.approx(np.mean(payoffs.of_decisions(positive, chance >= cut.threshold)))
    assert cut.worth >= max(tried) - 1e-9


@given(ROWS, st.sampled_from([0.5, 2.0, 8.0]))
def test_another_currency_moves_no_threshold(rows: list[tuple[Any, ...]], rate: float) -> None:
    positive, chance = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    one, other = (paid_by([tuple(x * factor for x in row[2:]) for row in rows]) for factor in (1.0, rate))
    assert best_threshold(positive, chance, one).threshold == best_threshold(positive, chance, other).threshold


@given(ROWS)
def test_each_decision_is_paid_by_its_outcome(rows: list[tuple[Any, ...]]) -> None:
    positive, said = np.array([row[0] for row in rows]), np.array([row[1] > 0.4 for row in rows])
    worth = paid_by([row[2:] for row in rows]).of_decisions(positive, said)
    outcome = {(True, True): 2, (False, True): 3, (True, False): 4, (False, False): 5}
    assert worth.tolist() == [row[outcome[bool(t), bool(s)]] for row, t, s in zip(rows, positive, said, strict=True)]


def test_the_threshold_is_as_good_as_the_one_that_scikit_learn_finds_on_the_same_rows() -> None:
    rng = np.random.default_rng(3)
    features = rng.normal(size=(900, 3))
    positive = rng.random(900) < 1 / (1 + np.exp(3 - 1.5 * features[:, 0] - features[:, 1]))
    training, validation = np.arange(600), np.arange(600, 900)
    payoffs = payoffs_of(ValueSpec(unit="EUR", true_positive=-2, false_positive=-3, false_negative=-25), {}, rows=300)
    chance = LogisticRegression().fit(features[training], positive[training]).predict_proba(features[validation])[:, 1]
    ours = best_threshold(positive[validation], chance, payoffs)

    def mean_worth(truth: Any, said: Any) -> float:
        return float(np.mean(payoffs.of_decisions(np.asarray(truth, dtype=bool), np.asarray(said, dtype=bool))))

    theirs = TunedThresholdClassifierCV(
        LogisticRegression(),
        scoring=make_scorer(mean_worth),
        cv=[(training, validation)],
        thresholds=np.unique(np.concatenate([chance, [0.0, 1.1]])),
        refit=False,
    ).fit(features, positive)
    assert ours.worth == pytest.approx(theirs.best_score_, abs=1e-12)
    assert mean_worth(positive[validation], chance >= theirs.best_threshold_) == pytest.approx(ours.worth, abs=1e-12)
    assert ours.threshold == pytest.approx(theirs.best_threshold_, abs=0.02)


def test_a_model_that_knows_nothing_says_the_same_of_all_whichever_costs_less() -> None:
    positive = np.arange(100) < 10
    chance = DummyClassifier().fit(np.zeros((100, 1)), positive).predict_proba(np.zeros((100, 1)))[:, 1]
    for cost, everybody in ((-5.0, False), (-20.0, True)):
        payoffs = payoffs_of(ValueSpec(unit="EUR", false_positive=-1, false_negative=cost), {}, rows=100)
        assert ((chance >= best_threshold(positive, chance, payoffs).threshold) == everybody).all()


def test_among_equally_good_thresholds_the_nearest_to_a_half_is_taken() -> None:
    payoffs = payoffs_of(ValueSpec(unit="EUR", false_positive=-1, false_negative=-1), {}, rows=2)
    assert best_threshold(np.array([False, True]), np.array([0.2, 0.6]), payoffs).threshold == pytest.approx(0.4)
    even = payoffs_of(ValueSpec(unit="EUR", true_positive=1, true_negative=1), {}, rows=2)
    cut = best_threshold(np.array([True, False]), np.array([0.1, 0.6]), even)
    assert cut.threshold == pytest.approx(0.8)


def test_a_column_pays_row_by_row_times_its_factor_and_what_is_added() -> None:
    value = ValueSpec(unit="EUR", false_negative={"column": "amount", "times": -2, "plus": -1}, true_positive="fee")
    payoffs = payoffs_of(value, {"amount": [10, 20], "fee": [3.0, 4.0]})
    both = np.array([True, True])
    assert payoffs.of_decisions(both, ~both).tolist() == [-21, -41]
    assert payoffs.of_decisions(both, both).tolist() == [3, 4]


def test_errors_of_a_regression_are_paid_by_the_unit_and_the_side() -> None:
    payoffs = payoffs_of(ValueSpec(unit="EUR", over=-1, under={"column": "margin", "times": -1}), {"margin": [4.0] * 3})
    assert payoffs.of_errors(np.array([2.0, -3.0, 0.0])).tolist() == [-2, -12, 0]


@pytest.mark.parametrize(
    ("column", "told"),
    [([1.0, np.nan], "is missing or infinite in 1 of 2 rows"), (["a", "b"], "holds no numbers"), (None, "not among")],
)
def test_a_payoff_that_cannot_be_read_is_named(column: Any, told: str) -> None:
    value = ValueSpec(unit="EUR", false_negative="amount")
    with pytest.raises(DataError, match=rf"value\.false_negative: column 'amount' .*{told}"):
        payoffs_of(value, {} if column is None else {"amount": column}, rows=2)


def test_each_unit_of_an_error_is_paid() -> None:
    payoffs = payoffs_of(ValueSpec(unit="EUR", over=-2, under=-3), {}, rows=2)
    assert payoffs.of_errors(np.array([4.0, -5.0])).tolist() == [-8, -15]


def test_chosen_rows_keep_their_payoffs() -> None:
    payoffs = payoffs_of(ValueSpec(unit="EUR", true_positive="fee"), {"fee": [1.0, 2.0, 3.0]})
    assert payoffs.where(np.array([True, False, True])).by_outcome["true_positive"].tolist() == [1, 3]


def test_a_gain_of_less_than_one_is_a_gain() -> None:
    payoffs = payoffs_of(ValueSpec(unit="EUR", true_positive=0.5), {}, rows=1)
    assert best_threshold(np.array([True]), np.array([0.9]), payoffs) == Cut(0.0, 0.5)


def test_where_no_decision_is_worth_anything_the_threshold_nearest_to_a_half_is_taken() -> None:
    nothing = paid_by([(0.0,) * 4] * 3)
    assert best_threshold(np.array([True, False, True]), np.array([0.9, 0.6, 0.2]), nothing).threshold == 0.4


def test_a_currency_of_tiny_units_is_told_apart_like_any_other() -> None:
    payoffs = payoffs_of(ValueSpec(unit="EUR", false_positive=-1e-9, false_negative=-1e-9), {}, rows=2)
    assert best_threshold(np.array([False, True]), np.array([0.1, 0.3]), payoffs).threshold == 0.2


def test_neighbours_among_all_numbers_are_parted_and_nobody_reaches_more_than_one() -> None:
    payoffs = payoffs_of(ValueSpec(unit="EUR", false_positive=-1, false_negative=-1), {}, rows=2)
    above = float(np.nextafter(0.5, 1))
    assert best_threshold(np.array([True, False]), np.array([above, 0.5]), payoffs).threshold == above
    certain = best_threshold(np.array([False, False]), np.array([1.0, 1.0]), payoffs)
    assert certain == Cut(float(np.nextafter(1, 2)), 0.0)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"fee": [1.0], "tip": [2.0]}, "is not among the clean columns: fee, tip$"),
        ({"amount": np.array(["2020-01-01"], dtype="M8[s]")}, "holds no numbers, and a payoff is one: the first is "),
        ({"amount": ["a"]}, r"holds no numbers, and a payoff is one: the first is .*'a'"),
    ],
)
def test_a_column_that_pays_nothing_is_told_with_what_there_is(columns: dict[str, Any], told: str) -> None:
    with pytest.raises(DataError, match=rf"^value\.false_negative: column 'amount' {told}"):
        payoffs_of(ValueSpec(unit="EUR", false_negative="amount"), columns, rows=1)
