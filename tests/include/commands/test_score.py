from __future__ import annotations

import pytest

from include.commands.score import check_champion
from include.domain.errors import SluiceError


def test_a_champion_that_nobody_knows_is_refused_before_anything_runs() -> None:
    with pytest.raises(SluiceError, match="--champion yesterday: expected present or of_that_time"):
        check_champion("yesterday")


def test_known_words_are_taken() -> None:
    refused = []
    for asked in (None, "present", "of_that_time", "champion"):
        try:
            check_champion(asked)
        except SluiceError:
            refused.append(asked)
    assert refused == ["champion"]
