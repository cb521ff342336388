"""Card fraud: payments of which one or two in a hundred are fraud, in a pattern that trees find and a constant cannot.

Fraud comes at night, abroad, soon after another payment, far above what the card usually spends and in few kinds of
shops; some of these count only together. Whether a payment was fraud is known only once somebody reports it:
`reported_at` lies days after the payment and must not be used to predict it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from include.simulators.events import Event, concept_strength, happen, utc

START = datetime(2024, 1, 1, tzinfo=UTC)

Floats = npt.NDArray[np.float64]


class _Shop(NamedTuple):
    share: float
    typical_amount: float
    risk: float
    risk_in_the_other_concept: float


_SHOPS = {
    "grocery": _Shop(0.34, 32.0, -0.6, 1.8),
    "fuel": _Shop(0.14, 48.0, -0.4, 1.4),
    "restaurant": _Shop(0.20, 27.0, -0.6, -0.8),
    "travel": _Shop(0.05, 240.0, 0.6, -1.0),
    "electronics": _Shop(0.07, 150.0, 1.6, -1.0),
    "online_services": _Shop(0.14, 22.0, 0.4, -0.6),
    "cash": _Shop(0.06, 90.0, 0.9, -0.6),
}
_COUNTRIES = {"DE": 0.5, "FR": 0.12, "NL": 0.1, "PL": 0.1, "ES": 0.08, "GB": 0.06, "US": 0.04}
_PAYMENTS_BY_HOUR = np.array(
    [1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 9, 11, 12, 10, 9, 9, 10, 12, 13, 11, 8, 5, 3, 2], dtype=float
)


def simulate_card_fraud(
    rows: int = 20_000, *, seed: int = 7, start: datetime = START, days: int = 180, events: Sequence[Event] = ()
) -> pd.DataFrame:
    """Simulate payments by card, in the order of their time.

    Parameters
    ----------
    rows : int
        Payments, before an event takes some of them away.
    seed : int
        The same seed makes the same payments, bit for bit.
    start : datetime
        First day (UTC).
    days : int
        How many days the payments are spread over.
    events : sequence of Event
        What happens to this world, and when.

    Returns
    -------
    DataFrame
        One row a payment: transaction_id, event_time (UTC), card_id, amount and usual_amount (EUR), merchant_category,
        country, home_country, card_age_days, hours_since_last, is_fraud (0 or 1), reported_at (UTC).

    Examples
    --------
    >>> payments = simulate_card_fraud(2_000)
    >>> len(payments), payments["event_time"].is_monotonic_increasing
    (2000, True)
    """
    rng = np.random.default_rng(seed)
    frame = _payments(rows, start, days, rng)
    chance, delay_days = rng.random(rows), rng.gamma(2.0, 5.0, rows)
    frame = happen(events, "world", frame, "event_time", seed)
    fraud = chance < fraud_chances(frame, events)
    reported = frame["event_time"] + pd.to_timedelta(np.rint(delay_days * 86_400), unit="s").as_unit("us")
    frame = frame.assign(is_fraud=fraud.astype(np.int64), reported_at=reported.where(fraud))
    return happen(events, "records", frame, "event_time", seed)


def fraud_chances(payments: pd.DataFrame, events: Sequence[Event] = ()) -> Floats:
    """Return the chance with which each payment was drawn to be fraud: what the best of all models would say.

    Parameters
    ----------
    payments : DataFrame of shape (n, columns)
        As :func:`simulate_card_fraud` returns them, before an event has emptied a column of them.
    events : sequence of Event
        Of their world.

    Returns
    -------
    array of shape (n,)
    """
    return _fraud_probability(payments, concept_strength(events, payments["event_time"]))


def _payments(rows: int, start: datetime, days: int, rng: np.random.Generator) -> pd.DataFrame:
    cards = max(rows // 40, 1)
    card_usual = np.exp(rng.normal(0.0, 0.4, cards))
    card_home = rng.choice(list(_COUNTRIES), cards, p=list(_COUNTRIES.values()))
    card_opened = rng.integers(30, 3_000, cards)
    card_weight = rng.pareto(2.5, cards) + 0.3

    seconds = _seconds(rows, days, rng)
    card = rng.choice(cards, rows, p=card_weight / card_weight.sum())
    shop = rng.choice(len(_SHOPS), rows, p=[shop.share for shop in _SHOPS.values()])
    typical = np.array([shop.typical_amount for shop in _SHOPS.values()])[shop]
    away = rng.random(rows) < 0.06
    event_time = utc(start).as_unit("us") + pd.to_timedelta(seconds, unit="s").as_unit("us")
    frame = pd.DataFrame(
        {
            "transaction_id": [f"T{i:07d}" for i in range(rows)],
            "event_time": event_time,
            "card_id": [f"C{i:05d}" for i in card],
            "amount": np.round(typical * card_usual[card] * np.exp(rng.normal(0.0, 0.7, rows)), 2),
            "usual_amount": np.round(45.0 * card_usual[card], 2),
            "merchant_category": np.array(list(_SHOPS))[shop],
            "country": np.where(away, rng.choice(list(_COUNTRIES), rows), card_home[card]),
            "home_country": card_home[card],
            # A card is replaced in time, so that cards as a whole grow no older.
            "card_age_days": (card_opened[card] + seconds // 86_400) % 3_000,
        }
    )
    since_last = frame.groupby("card_id")["event_time"].diff().dt.total_seconds() / 3_600
    return frame.assign(hours_since_last=since_last.round(3))


def _seconds(rows: int, days: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    hour = rng.choice(24, rows, p=_PAYMENTS_BY_HOUR / _PAYMENTS_BY_HOUR.sum())
    return np.sort(rng.integers(0, days, rows) * 86_400 + hour * 3_600 + rng.integers(0, 3_600, rows))


def _fraud_probability(frame: pd.DataFrame, changed: Floats) -> Floats:
    """Return the chance that a payment is fraud; ``changed`` is how far the second concept has replaced the first."""
    hour = frame["event_time"].dt.hour.to_numpy()
    night = hour < 6
    abroad = (frame["country"] != frame["home_country"]).to_numpy()
    quick = (frame["hours_since_last"] < 3.0).to_numpy()
    excess = np.log(np.maximum(frame["amount"] / frame["usual_amount"], 0.01)).to_numpy()
    young = (frame["card_age_days"] < 400).to_numpy()
    shops = frame["merchant_category"]
    risk = shops.map({name: shop.risk for name, shop in _SHOPS.items()}).fillna(0.5).to_numpy(dtype=np.float64)
    other = shops.map({name: s.risk_in_the_other_concept for name, s in _SHOPS.items()}).fillna(0.5)

    first = -7.1 + 1.2 * risk + 2.4 * night + 2.8 * abroad + 1.8 * quick + 1.5 * np.maximum(excess, 0.0)
    first += 1.5 * (abroad & night) + 1.2 * (quick & (excess > 1.0)) + 0.7 * young
    second = -6.9 + other.to_numpy(dtype=np.float64) + 2.4 * (excess < -0.5) + 1.8 * young + 1.0 * quick - 0.5 * abroad
    mixed = (1.0 - changed) / (1.0 + np.exp(-first)) + changed / (1.0 + np.exp(-second))
    return np.asarray(mixed, dtype=np.float64)
