from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from include.spec_files.spelling import hint, nearest, one_of


def test_case_does_not_matter() -> None:
    assert nearest("TARGET", ["target", "time"]) == "target"


def test_the_right_spelling_keeps_its_own_case() -> None:
    assert nearest("trips", ["Trips", "Region"]) == "Trips"


def test_nothing_is_suggested_where_nothing_is_alike() -> None:
    assert nearest("zzz", ["target", "time"]) is None


@given(st.lists(st.text(min_size=1), min_size=1))
def test_a_word_is_nearest_to_itself(words: list[str]) -> None:
    match = nearest(words[0], words)
    assert match is not None
    assert match.lower() == words[0].lower()


def test_a_choice_reads_like_a_sentence() -> None:
    assert one_of(["a"]) == "a"
    assert one_of(["a", "b", "c"]) == "a, b or c"
    assert one_of([]) == "nothing"


def test_many_unlike_words_are_not_listed() -> None:
    assert hint("zzz", [f"column_{i}" for i in range(50)]) == "no name is spelled like it"
