from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.errors import SluiceError
from include.storage.keys import INCOMING, checked_key, checked_prefix


@given(st.text())
def test_an_accepted_key_stays_below_the_folder_and_is_its_own_path(key: str) -> None:
    try:
        checked_key(key)
    except SluiceError:
        return
    path = Path("/store", key)
    assert path.is_relative_to("/store")
    assert ".." not in path.parts
    assert path.relative_to("/store").as_posix() == key


@pytest.mark.parametrize(
    "key",
    ["", "/", "/etc/passwd", "a//b", "a/", "../a", "a/../../b", "./a", "a\\b", "a\0b", "a\nb", "x" * 256, "é" * 128],
)
def test_a_key_that_leads_out_or_is_no_file_name_is_refused(key: str) -> None:
    with pytest.raises(SluiceError, match="key "):
        checked_key(key)


def test_the_place_of_unfinished_files_is_no_key() -> None:
    with pytest.raises(SluiceError, match="unfinished"):
        checked_key(f"{INCOMING}/a")


def test_readable_keys_of_other_alphabets_are_accepted() -> None:
    assert checked_key("données/étape 1/v=2.json") == "données/étape 1/v=2.json"


def test_a_prefix_may_end_with_a_slash_or_be_empty_but_not_lead_upward() -> None:
    assert checked_prefix("ledger/adult/") == "ledger/adult/"
    assert checked_prefix("") == ""
    with pytest.raises(SluiceError):
        checked_prefix("../")
