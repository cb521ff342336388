from __future__ import annotations

from include.domain.errors import SpecError


def test_every_mistake_of_a_spec_is_told_on_a_line_of_its_own() -> None:
    error = SpecError(["a.yaml:1: owner is missing", "a.yaml:2: task is unknown"])
    assert str(error) == "a.yaml:1: owner is missing\na.yaml:2: task is unknown"
    assert list(error.problems) == ["a.yaml:1: owner is missing", "a.yaml:2: task is unknown"]
