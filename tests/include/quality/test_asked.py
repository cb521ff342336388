from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from include.domain.spec import Expectation
from include.quality.asked import Asked, with_unique_titles


def _asked(name: str, file: str = "") -> Asked:
    return Asked(
        Expectation(type="expect_column_to_exist", kwargs={"column": "a"}, name=name), ("quality", "raw"), file
    )


@given(st.lists(st.sampled_from(["a", "b", "a (2)", "a (3)"])))
def test_every_expectation_gets_a_title_of_its_own(names: list[str]) -> None:
    titles = [item.expectation.title for item in with_unique_titles([_asked(name) for name in names])]
    assert len(set(titles)) == len(names)
    assert all(title.startswith(name) for title, name in zip(titles, names, strict=True))


def test_a_mistake_in_the_spec_is_named_by_its_field() -> None:
    mistake = _asked("fare").mistake("is wrong", "kwargs", "min_value")
    assert mistake.path == ("quality", "raw", "kwargs", "min_value")
    assert mistake.sentence == "is wrong"


def test_a_mistake_in_a_suite_file_is_named_by_file_and_title() -> None:
    mistake = _asked("fare", "fares.json").mistake("is wrong", "kwargs", "min_value")
    assert mistake.path == ("quality", "raw")
    assert mistake.sentence == "fares.json: fare: is wrong"
