from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss, roc_auc_score

from include.simulators.card_fraud import simulate_card_fraud
from include.simulators.events import ConceptChange, Event, GoneNull, NewCategory, Shift, VolumeCollapse

CHANGE = datetime(2024, 5, 15, tzinfo=UTC)
EVENTS = [
    Shift(start=CHANGE, column="amount", times=3),
    NewCategory(start=CHANGE, column="merchant_category", value="crypto"),
    ConceptChange(start=CHANGE, ramp="10d"),
    GoneNull(start=CHANGE, column="country"),
    VolumeCollapse(start=CHANGE),
]


@pytest.fixture(scope="module")
def payments() -> pd.DataFrame:
    return simulate_card_fraud()


def features(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "amount": frame["amount"],
            "ratio": frame["amount"] / frame["usual_amount"],
            "abroad": (frame["country"] != frame["home_country"]).astype(int),
            "hour": frame["event_time"].dt.hour,
            "shop": frame["merchant_category"].astype("category"),
            "hours_since_last": frame["hours_since_last"],
            "card_age_days": frame["card_age_days"],
        }
    )


@pytest.fixture(scope="module")
def model(payments: pd.DataFrame) -> HistGradientBoostingClassifier:
    early = payments[:16_000]
    estimator = HistGradientBoostingClassifier(
        max_iter=60, learning_rate=0.05, max_leaf_nodes=8, l2_regularization=5, early_stopping=False, random_state=7
    )
    return estimator.fit(features(early), early["is_fraud"])


def test_the_same_seed_makes_the_same_payments_in_another_process(payments: pd.DataFrame) -> None:
    code = (
        "import pandas as pd; from include.simulators.card_fraud import simulate_card_fraud;"
        "print(pd.util.hash_pandas_object(simulate_card_fraud()).sum())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(other.stdout) == int(pd.util.hash_pandas_object(payments).sum())


def test_another_seed_makes_other_payments(payments: pd.DataFrame) -> None:
    assert not simulate_card_fraud(seed=8)["amount"].equals(payments["amount"])


def test_one_or_two_payments_in_a_hundred_are_fraud(payments: pd.DataFrame) -> None:
    assert len(payments) == 20_000
    assert 0.01 < payments["is_fraud"].mean() < 0.025


def test_payments_come_in_the_order_of_time(payments: pd.DataFrame) -> None:
    assert payments["event_time"].is_monotonic_increasing
    assert payments["transaction_id"].is_unique


def test_only_fraud_is_reported_and_only_later(payments: pd.DataFrame) -> None:
    fraud = payments["is_fraud"] == 1
    assert payments["reported_at"].notna().equals(fraud)
    assert (payments["reported_at"] > payments["event_time"])[fraud].all()
    assert (payments["reported_at"] - payments["event_time"]).max() < pd.Timedelta(days=60)


def test_the_time_since_the_last_payment_is_that_of_the_same_card(payments: pd.DataFrame) -> None:
    one = payments[payments["card_id"] == payments["card_id"].mode()[0]]
    hours = one["event_time"].diff().dt.total_seconds() / 3600
    assert np.allclose(one["hours_since_last"].iloc[1:], hours.iloc[1:], atol=0.001)
    assert pd.isna(one["hours_since_last"].iloc[0])


def test_there_is_something_to_find(payments: pd.DataFrame, model: HistGradientBoostingClassifier) -> None:
    late = payments[16_000:]
    found = model.predict_proba(features(late))[:, 1]
    constant = np.full(len(late), payments["is_fraud"][:16_000].mean())
    assert roc_auc_score(late["is_fraud"], found) > 0.85
    assert log_loss(late["is_fraud"], found) < 0.8 * log_loss(late["is_fraud"], constant)


def test_a_changed_concept_makes_a_good_model_useless(model: HistGradientBoostingClassifier) -> None:
    late = simulate_card_fraud(events=[ConceptChange(start=CHANGE)])[16_000:]
    assert roc_auc_score(late["is_fraud"], model.predict_proba(features(late))[:, 1]) < 0.6


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_before_its_start_an_event_changes_nothing_and_after_it_something(event: Event, payments: pd.DataFrame) -> None:
    changed = simulate_card_fraud(events=[event])
    before = (payments["event_time"] < CHANGE).sum()
    assert_frame_equal(changed[:before], payments[:before])
    assert not changed[before:].equals(payments[before:])


def test_simulating_takes_less_than_two_seconds() -> None:
    started = time.process_time()
    simulate_card_fraud(events=EVENTS)
    assert time.process_time() - started < 2
