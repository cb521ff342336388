"""Grocery demand: what shops sell of each product a day, with the week, the year, prices and promotions in it.

Every row can be predicted from what is known the evening before: the calendar, the price tag, the promotion, the
weather forecast and the sales of a week ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from include.simulators.events import Event, concept_strength, happen, utc

START = datetime(2023, 1, 1, tzinfo=UTC)

Floats = npt.NDArray[np.float64]


class _Product(NamedTuple):
    price: float
    daily_sales: float
    elasticity: float
    promotion_factor: float
    summer: float
    """How much more of it is sold at midsummer than at midwinter, as the amplitude of the logarithm."""


_PRODUCTS = {
    "bread": _Product(2.40, 60.0, -0.6, 1.2, 0.0),
    "milk": _Product(1.20, 75.0, -0.5, 1.3, -0.05),
    "apples": _Product(2.90, 38.0, -1.1, 1.6, -0.15),
    "ice_cream": _Product(3.50, 18.0, -1.4, 1.9, 1.0),
    "soup": _Product(2.10, 16.0, -0.9, 1.7, -0.6),
    "beer": _Product(6.90, 25.0, -1.3, 1.8, 0.35),
    "chocolate": _Product(1.60, 32.0, -1.2, 2.0, -0.3),
    "salad": _Product(1.90, 22.0, -1.0, 1.4, 0.5),
}
_WEEK = np.array([0.85, 0.85, 0.9, 1.0, 1.25, 1.45, 0.6])
_CHRISTMAS_EVE = 358


def simulate_grocery_demand(
    days: int = 540,
    *,
    stores: int = 5,
    seed: int = 7,
    start: datetime = START,
    events: Sequence[Event] = (),
) -> pd.DataFrame:
    """Simulate daily sales by store and product, in the order of the days.

    Parameters
    ----------
    days : int
        Days before an event takes rows away; each has one row a store and product.
    stores : int
        Number of stores.
    seed : int
        The same seed makes the same sales, bit for bit.
    start : datetime
        First day (UTC).
    events : sequence of Event
        What happens to this world, and when.

    Returns
    -------
    DataFrame
        One row a day, store and product: day (UTC), store, product, price (EUR), promotion (0 or 1), temperature
        (degrees Celsius, as forecast), sold_last_week and sold (pieces).

    Examples
    --------
    >>> sales = simulate_grocery_demand(28, stores=2)
    >>> len(sales), sales["product"].nunique()
    (448, 8)
    """
    rng = np.random.default_rng(seed)
    frame = _offers(days, stores, start, rng)
    size = np.exp(rng.normal(0.0, 0.35, stores))[frame["store_number"]]
    noise, chance = rng.gamma(25.0, 1.0 / 25.0, len(frame)), rng.random(len(frame))
    frame = happen(events, "world", frame, "day", seed)
    expected = size * noise * _expected_sales(frame, concept_strength(events, frame["day"]))
    frame["sold"] = np.floor(expected + chance).astype(np.int64)
    frame["sold_last_week"] = frame.groupby(["store", "position"], sort=False)["sold"].shift(7)
    columns = ["day", "store", "product", "price", "promotion", "temperature", "sold_last_week", "sold"]
    return happen(events, "records", frame[columns], "day", seed)


def _offers(days: int, stores: int, start: datetime, rng: np.random.Generator) -> pd.DataFrame:
    shape = (days, stores, len(_PRODUCTS))
    day, store, position = (axis.ravel() for axis in np.indices(shape))
    promotion = np.repeat(rng.random((days // 7 + 1, *shape[1:])) < 0.12, 7, axis=0)[:days]
    tag = np.repeat(rng.normal(0.0, 0.05, (days // 28 + 1, *shape[1:])), 28, axis=0)[:days]
    usual = np.array([product.price for product in _PRODUCTS.values()])
    price = usual * np.exp(tag) * np.where(promotion, 0.8, 1.0)
    calendar = pd.date_range(utc(start), periods=days, freq="D").as_unit("us")
    season = -np.cos(2 * np.pi * (calendar.dayofyear.to_numpy() - 15) / 365.25)
    temperature = np.round(10.0 + 9.0 * season + rng.normal(0.0, 3.5, days), 1)
    return pd.DataFrame(
        {
            "day": calendar[day],
            "store": np.array([f"S{number:02d}" for number in range(1, stores + 1)])[store],
            "store_number": store,
            "product": np.array(list(_PRODUCTS))[position],
            "position": position,
            "price": np.round(price.ravel(), 2),
            "promotion": promotion.ravel().astype(np.int64),
            "temperature": temperature[day],
        }
    )


def _expected_sales(frame: pd.DataFrame, changed: Floats) -> Floats:
    """Return the pieces that a store of usual size sells; ``changed`` is how far customers ignore prices by now."""
    traits = np.array(list(_PRODUCTS.values()), dtype=np.float64)[frame["position"]]
    usual_price, daily_sales, elasticity, factor, summer = traits.T
    weekday = frame["day"].dt.dayofweek.to_numpy()
    day_of_year = frame["day"].dt.dayofyear.to_numpy()
    season = -np.cos(2 * np.pi * (day_of_year - 15) / 365.25)
    heat = (frame["temperature"].to_numpy() - 10.0 - 9.0 * season) / 10.0

    attention = 1.0 - changed
    price_effect = elasticity * attention * np.log(np.maximum(frame["price"].to_numpy(), 0.01) / usual_price)
    promotion_effect = np.log(factor) * attention * frame["promotion"].to_numpy()
    christmas = 0.5 * ((day_of_year >= _CHRISTMAS_EVE - 10) & (day_of_year < _CHRISTMAS_EVE))
    growth = 0.4 * changed * np.where(weekday < 5, 1.0, -1.0)
    log_sales = price_effect + promotion_effect + summer * (season + heat) + christmas + growth
    return np.asarray(daily_sales * _WEEK[weekday] * np.exp(log_sales), dtype=np.float64)
