from __future__ import annotations

import pandas as pd

from include.drafting.notes import notes_on
from tests.include.drafting.frames import columns


def notes(frame: pd.DataFrame, *, has_time: bool = True) -> str:
    return "\n".join(notes_on(frame, columns(frame), list(frame.columns), has_time=has_time))


def test_ordinary_columns_need_no_note() -> None:
    assert notes(pd.DataFrame({"amount": [1.5, 2.5], "colour": ["a", "b"]})) == ""


def test_protected_columns_are_named() -> None:
    text = notes(pd.DataFrame({"sex": ["f", "m"], "marital-status": ["a", "b"], "essex": [1, 2]}))
    assert text.startswith("sex, marital-status may be protected by law")


def test_whom_a_row_is_about_is_asked() -> None:
    frame = pd.DataFrame({"customer_id": range(30), "user": ["a"] * 30})
    assert "customer_id seems to say whom a row is about (30 of them)" in notes(frame)
    assert "user" not in notes(frame)


def test_exact_copies_are_counted() -> None:
    frame = pd.DataFrame({"amount": [1.0, 1.0, 2.0]}, index=pd.Index([7, 7, 8], name="row_hash"))
    assert notes(frame).startswith("1 rows are exact copies")


def test_moments_without_an_event_time_are_pointed_out() -> None:
    frame = pd.DataFrame({"sold_at": pd.to_datetime(["2024-01-01"], utc=True)})
    assert "draft again with --time sold_at" in notes(frame, has_time=False)
    assert notes(frame) == ""
