from __future__ import annotations

import pytest

from include.domain.catalogue import SHAPES, asked_by, names_like, worse_slices_name, worst_slice_improvement_name
from include.domain.requirement import needs_champion


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.text)
def test_every_shape_recognises_its_own_names(shape: object) -> None:
    name = shape.text  # type: ignore[attr-defined]
    for part, filled in {"<metric>": "accuracy", "<column>": "capital.gain", "<value>": "5 to 7:30"}.items():
        name = name.replace(part, filled)
    asked = asked_by(name)
    assert asked is not None
    assert asked.shape == shape
    assert asked.column == ("capital.gain" if "<column>" in asked.shape.text else None)
    assert asked.value == ("5 to 7:30" if "<value>" in asked.shape.text else None)


@pytest.mark.parametrize(
    "name", ["", "rows", "fit_seconds", "selection_rate.sex", "worst_slice.acuracy", "worst_slice", "roc_auc.sex"]
)
def test_a_name_that_nobody_observes_has_no_shape(name: str) -> None:
    assert asked_by(name) is None


def test_names_that_may_have_been_meant_keep_the_column() -> None:
    known = set(names_like("equalised_odds_diference.sex", "binary"))
    assert {"equalized_odds_difference.sex", "worst_slice.roc_auc", "holdout_rows"} <= known
    assert "selection_rate.sex" not in known
    assert "selection_rate.sex:F" in set(names_like("selecton_rate.sex:F", "binary"))
    assert not any("odds" in name or "roc_auc" in name for name in names_like("equalised_odds.sex", "regression"))


def test_what_is_observed_against_the_champion_is_known_as_such() -> None:
    for name in (worse_slices_name, worst_slice_improvement_name):
        assert needs_champion(name("champion", "accuracy"))
        assert not needs_champion(name("baseline", "accuracy"))
