from __future__ import annotations

import numpy as np
import pandas as pd

from include.drafting.left_out import LeftOut, leave_out
from tests.include.drafting.frames import columns, rides


def left_out(frame: pd.DataFrame, target: str, time: str | None = None, task: str = "regression") -> LeftOut:
    seen = columns(frame)
    others = {name: column for name, column in seen.items() if name not in (target, time)}
    return leave_out(others, seen[target], seen[time] if time else None, task)  # type: ignore[arg-type]


def test_what_gives_the_fare_away_is_left_out_with_its_reason() -> None:
    found = left_out(rides(), "fare", "pickup")
    sentence = "adds up to the target: fare = total - extra - tip in every row"
    assert {name: found.reasons[name] for name in ("total", "extra", "tip")} == dict.fromkeys(
        ("total", "extra", "tip"), sentence
    )
    assert found.reasons["dropoff"] == ("lies after pickup in 100.0% of the rows, so it is known only after the event")
    assert found.reasons["note"] == "empty in every row"
    assert found.id == "ride_id"
    assert set(found.reasons) == {"total", "extra", "tip", "dropoff", "note"}


def test_an_earlier_moment_is_no_leak_but_still_no_feature() -> None:
    frame = rides().assign(booked=lambda f: f["pickup"] - pd.Timedelta(hours=3))
    found = left_out(frame, "fare", "pickup")
    assert found.reasons["booked"].startswith("a moment; a model reads numbers made of it")
    assert not any(line.startswith("booked") for line in found.leaks)


def test_a_column_that_says_nothing_is_left_out() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "y": rng.normal(size=500),
            "x": rng.normal(size=500),
            "always": ["EUR"] * 500,
            "hardly": [1.0] * 10 + [None] * 490,
        }
    )
    assert left_out(frame, "y").reasons == {"always": "'EUR' in every row", "hardly": "empty in 98.0% of the rows"}


def test_one_name_of_the_row_becomes_the_id_and_others_are_left_out() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "y": rng.normal(size=300),
            "row_id": rng.permutation(10_000)[:300],
            "uuid": [f"{i:x}-{i * 7919:x}" for i in range(300)],
            "score": rng.permutation(100_000)[:300],
        }
    )
    found = left_out(frame, "y")
    assert found.id == "row_id"
    assert list(found.reasons) == ["uuid"]


def test_a_running_number_is_a_name_whatever_it_is_called() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"y": rng.normal(size=300), "lfd": np.arange(1, 301)})
    assert left_out(frame, "y").id == "lfd"


def test_free_text_is_left_out() -> None:
    rng = np.random.default_rng(4)
    words = np.array(["the", "customer", "called", "about", "an", "invoice", "that", "was", "late", "again"])
    texts = [" ".join(rng.choice(words, 9)) for _ in range(400)]
    names = [f"street {i % 390}" for i in range(400)]
    found = left_out(pd.DataFrame({"y": rng.normal(size=400), "text": texts, "street": names}), "y")
    assert found.reasons["text"].startswith("free text: ")
    assert found.reasons["street"].startswith("a name of its own in nearly every row")


def test_two_sums_are_both_found() -> None:
    rng = np.random.default_rng(5)
    a, b, c, d = (np.round(rng.gamma(2, 10, 600), 2) for _ in range(4))
    frame = pd.DataFrame({"y": a + b, "a": a, "b": b, "c": a + b - c, "d": c, "other": d})
    found = left_out(frame, "y")
    assert set(found.reasons) == {"a", "b", "c", "d"}


def test_a_suspect_stays_in_and_is_named() -> None:
    rng = np.random.default_rng(6)
    y = rng.gamma(2, 10, 1000)
    found = left_out(pd.DataFrame({"y": y, "x": y + rng.normal(0, 1.0, 1000)}), "y")
    assert found.reasons == {}
    assert found.suspects[0].startswith("x explains 9")


def test_what_is_filled_in_with_the_label_is_left_out() -> None:
    rng = np.random.default_rng(7)
    fraud = (rng.random(1000) < 0.1).astype(int)
    time = pd.Series(pd.date_range("2024-01-01", periods=1000, freq="h", tz="UTC"))
    frame = pd.DataFrame({"fraud": fraud, "time": time, "reported": (time + pd.Timedelta(days=9)).where(fraud == 1)})
    frame["amount"] = rng.gamma(2, 10, 1000)
    assert "known only after the event" in left_out(frame, "fraud", "time", "binary").reasons["reported"]
    assert "filled in afterwards" in left_out(frame, "fraud", None, "binary").reasons["reported"]


def test_moments_on_either_side_of_the_event_are_no_leak() -> None:
    frame = rides()
    mixed = frame["pickup"] + pd.to_timedelta(np.where(np.arange(len(frame)) % 10 < 7, 2, -2), unit="h").as_unit("us")
    found = left_out(frame.assign(last_login=mixed, same=frame["pickup"]), "fare", "pickup")
    assert "known only after" not in found.reasons["last_login"]
    assert "known only after" not in found.reasons["same"]
