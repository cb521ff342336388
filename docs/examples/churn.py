"""Customers of a telephone company, some of whom leave: the data of the tutorial, made from a seed."""

from __future__ import annotations

import argparse
import csv
import math
import random
from datetime import date, timedelta
from pathlib import Path

COLUMNS = ("customer_id", "seen_on", "plan", "months", "calls_to_support", "monthly_fee", "left")
PLANS = {"basic": 19.0, "family": 49.0, "business": 79.0}


def customer(number: int, customers: int, rng: random.Random) -> dict[str, object]:
    """Return one customer; who calls often leaves, and a new customer leaves over a high fee."""
    plan = rng.choices(list(PLANS), weights=(5, 3, 2))[0]
    months = min(int(rng.expovariate(1 / 24)) + 1, 120)
    calls = min(int(rng.expovariate(1 / 1.5)), 15)
    fee = round(PLANS[plan] * rng.uniform(0.8, 1.3), 2)
    is_new = months <= 12
    leaning = -2.6 + 0.45 * calls + (0.045 * fee if is_new else -0.012 * fee) - 0.9 * (plan == "family")
    return {
        "customer_id": f"C{number:05d}",
        "seen_on": date(2025, 1, 1) + timedelta(days=360 * number // customers),
        "plan": plan,
        "months": months,
        "calls_to_support": calls,
        "monthly_fee": fee,
        "left": "yes" if rng.random() < 1 / (1 + math.exp(-leaning)) else "no",
    }


def main() -> None:
    """Write the customers to a CSV file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--customers", type=int, default=4000)
    parser.add_argument("--broken", type=int, default=0, help="customers whose number of calls is below zero")
    asked = parser.parse_args()
    rng = random.Random(7)  # noqa: S311
    with asked.path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number in range(asked.customers):
            row = customer(number, asked.customers, rng)
            broken = {"calls_to_support": -1} if number < asked.broken else {}
            writer.writerow(row | broken)


if __name__ == "__main__":
    main()
