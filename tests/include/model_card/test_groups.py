"""Observations are told apart by their names, and none is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.domain.evidence import Evidence, Observation
from include.model_card.groups import grouped, unanswered


def seen(*names: str) -> Evidence:
    return Evidence(subject="churn", observations=tuple(Observation(name=name, value=1.0) for name in names))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("brier_score", "Metrics"),
        ("improvement_over_champion.brier_score", "Against rivals"),
        ("demographic_parity_difference.sex", "Fairness"),
        ("equalized_odds_ratio.sex", "Fairness"),
        ("worst_slice.roc_auc", "Slices"),
        ("slice.roc_auc.sex:Female", "Slices"),
        ("slices_worse_than_rest.brier_score", "Slices"),
        ("improvement_over_champion.worst_slice.brier_score", "Slices"),
        ("selection_rate.sex:Female", "Fairness"),
        ("calibration.error", "Calibration"),
        ("value_per_1000", "Value"),
        ("improvement_over_half.value_per_1000", "Value"),
        ("improvement_over_baseline.value_per_1000", "Against rivals"),
        ("staleness.roc_auc", "Against rivals"),
        ("robustness.missing.age", "Robustness"),
        ("predict_seconds.one_row", "Speed and size"),
        ("model_bytes", "Speed and size"),
        ("holdout_rows", "Other observations"),
        ("named_by_nobody", "Other observations"),
    ],
)
def test_a_name_tells_the_question(name: str, title: str) -> None:
    assert [group.title for group in grouped(seen(name))] == [title]
    assert title not in unanswered(seen(name))


@given(st.lists(st.text(min_size=1), unique=True))
def test_every_observation_stands_in_one_group(names: list[str]) -> None:
    assert sorted(o.name for group in grouped(seen(*names)) for o in group.observations) == sorted(names)
