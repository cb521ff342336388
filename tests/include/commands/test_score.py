from __future__ import annotations

import pytest

from include.commands.score import check_champion
from include.domain.errors import SluiceError


def test_a_champion_that_nobody_knows_is_refused_before_anything_runs() -> None:
    with pytest.raises(SluiceError, match="--champion yesterday: expected present or of_that_time"):
        check_champion("yesterday")


@pytest.mark.parametrize("asked", [None, "present", "of_that_time"])
def test_known_words_are_taken(asked: str | None) -> None:
    check_champion(asked)
