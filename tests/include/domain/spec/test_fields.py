from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from include.domain.spec.fields import Duration, ImportPath, ModelName, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("45s", 45), ("30m", 1800), ("12h", 43200), ("90d", 7776000), ("2w", 1209600), (" 1.5 h ", 5400)],
)
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["90", "d", "-5d", "3 weeks", "1d12h", "", None, True])
def test_anything_else_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="expected a duration such as 45s"):
        parse_duration(text)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=10_000)))
def test_a_written_duration_is_read_back(duration: timedelta) -> None:
    assert parse_duration(format_duration(duration)) == duration


def test_a_duration_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="that a calendar can hold"):
        parse_duration("99999999999999999d")


def test_durations_travel_as_text() -> None:
    adapter: TypeAdapter[timedelta] = TypeAdapter(Duration)
    assert adapter.dump_python(timedelta(days=3), mode="json") == "3d"


@pytest.mark.parametrize("path", ["Ridge", "sklearn.", "sklearn..Ridge", "sklearn.linear model.Ridge", "os;import"])
def test_an_import_path_is_dotted(path: str) -> None:
    with pytest.raises(ValidationError, match="expected a dotted import path"):
        TypeAdapter(ImportPath).validate_python(path)


@pytest.mark.parametrize("name", ["Churn", "1st", "a-b", "", "a" * 64, "a.b", "ä"])
def test_a_model_s_name_fits_dags_registries_and_files(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(ModelName).validate_python(name)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (1, "1s"),
        (100, "100s"),
        (0.25, "0.25s"),
        (60, "1m"),
        (90, "90s"),
        (3600, "1h"),
        (5400, "90m"),
        (86400, "1d"),
        (90000, "25h"),
        (864000, "10d"),
        (0.000001, "0.000001s"),
    ],
)
def test_a_duration_is_written_in_its_largest_whole_unit(seconds: float, text: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == text
