from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.spec.cron import WORDS, check_cron


@pytest.mark.parametrize(
    "line",
    [
        "* * * * *",
        "0 6 * * mon-fri",
        "*/15 0-6,22 1,15 jan,7 SUN",
        "0 0 L * *",
        "0 0 * * sat#1",
        "0 0 ? * *",
        "5/10 * * * *",
    ],
)
def test_what_schedulers_understand_passes(line: str) -> None:
    assert check_cron(line) == line


@pytest.mark.parametrize("line", WORDS)
def test_words_stand_for_lines(line: str) -> None:
    assert check_cron(line) == line


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("60 * * * *", "'60' is no minute; expected 0 to 59"),
        ("0 25 * * *", "'25' is no hour; expected 0 to 23"),
        ("0 0 0 * *", "'0' is no day of month; expected 1 to 31"),
        ("0 0 * 13 *", r"'13' is no month; expected 1 to 12 \(jan to dec\)"),
        ("0 0 * * 8", r"'8' is no day of week; expected 0 to 7 \(sun to sat\)"),
        ("0 0 * * mon#6", "'mon#6' is no day of week"),
        ("*/0 * * * *", r"'\*/0' is no minute"),
        ("*-5 * * * *", r"'\*-5' is no minute"),
        ("0 5, * * *", "'' is no hour"),
        ("0 5 * *", "expected five cron fields"),
        ("0 0 5 * * *", "expected five cron fields"),
        ("@dayly", "expected five cron fields or one of @hourly"),
    ],
)
def test_the_wrong_field_is_named(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_cron(line)


@given(st.text(alphabet="0123456789*/-,?#l @abc", max_size=20))
def test_no_line_breaks_the_check(line: str) -> None:
    with suppress(ValueError):
        assert check_cron(line) == line


@given(
    st.lists(
        st.sampled_from(["*", "0", "5", "7", "12", "31", "*/2", "1-3", "2,4", "24", "60", "mon"]),
        min_size=5,
        max_size=5,
    )
)
def test_the_check_agrees_with_the_scheduler_s_own_parser(fields: list[str]) -> None:
    croniter = pytest.importorskip("croniter")
    line = " ".join(fields)
    try:
        croniter.croniter.expand(line)
    except croniter.CroniterBadCronError:
        with pytest.raises(ValueError, match="cron line"):
            check_cron(line)
    else:
        assert check_cron(line) == line


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 25 * * *", "cron line '0 25 * * *': '25' is no hour; expected 0 to 23, *, a range or a list"),
        ("0 0 * x *", "cron line '0 0 * x *': 'x' is no month; expected 1 to 12 (jan to dec), *, a range or a list"),
        ("0 0 32 * *", "cron line '0 0 32 * *': '32' is no day of month; expected 1 to 31, *, a range or a list"),
        ("@often", f"expected five cron fields or one of {', '.join(WORDS)}, got '@often'"),
        ("0 0 * *", "expected five cron fields (minute hour day month weekday), got '0 0 * *'"),
    ],
)
def test_what_is_wrong_with_a_line_is_told_to_the_letter(line: str, said: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        check_cron(line)
    assert str(caught.value) == said


def test_the_last_weekday_of_a_month_is_a_day_of_the_week_and_of_nothing_else() -> None:
    assert check_cron("0 0 * * l5") == "0 0 * * l5"
    for line in ("0 0 * * l9", "0 0 l5 * *", "1#2 0 * * *"):
        with pytest.raises(ValueError, match="is no"):
            check_cron(line)
