from __future__ import annotations

import pytest

from include.domain.catalogue import SHAPES, asked_by, names_like, worse_slices_name, worst_slice_improvement_name
from include.domain.metric import Task
from include.domain.requirement import needs_champion, staleness_name


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
        assert needs_champion(staleness_name("accuracy"))
        assert not needs_champion(name("baseline", "accuracy"))


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize(
    "name", ["", "acuracy", "equalised_odds.sex", "slice.acuracy.sex:F", "slise.age", "selecton_rate.sex:F"]
)
def test_names_that_may_have_been_meant_are_names_that_are_observed(name: str, task: Task) -> None:
    for meant in names_like(name, task):
        assert asked_by(meant) is not None
        assert "<" not in meant


def test_a_column_with_a_dot_in_its_name_is_kept_whole() -> None:
    assert "demographic_parity_ratio.capital.gain" in set(names_like("parity.capital.gain", "binary"))


def test_the_least_gain_of_all_slices_is_told_metric_by_metric() -> None:
    asked = asked_by(worst_slice_improvement_name("champion", "accuracy"))
    assert asked is not None
    assert (asked.metric, asked.head) == ("accuracy", "improvement_over_champion.worst_slice")
