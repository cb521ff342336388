"""What was not shown is said."""

from __future__ import annotations

from typing import Any

import pytest

from include.domain.evidence import Evidence, Observation
from include.model_card.limits import limits
from tests.include.model_card.cards import SEEN, a_verdict, an_entry, sources

NOT_NAMED = ("Fairness: not checked.", "Slices: not checked.")


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"verdict": None}, "No gate has judged this version yet."),
        (
            {"verdict": a_verdict("inconclusive")},
            "The gate could not tell about roc_auc: asked at least 0.8, saw 0.91 on 500 rows.",
        ),
        ({"verdict": a_verdict(seen="no champion yet: the baseline decides")}, "there was no champion to compare"),
        ({"entries": (an_entry(overridden=True, run="x/1", reason="needed"),)}, "ada overrode an inconclusive gate"),
        ({"checks": {"raw": {"quarantined": {"rows": 12}}}}, "12 rows of the raw data were set aside"),
        ({"checks": {"raw": {}}}, "holds no result of the check of its clean data"),
        ({"tags": {"sluice.git_dirty": "true"}}, "cannot be told from a commit alone"),
        ({"tags": {}}, "cannot be told from a commit alone"),
        ({}, "whether it holds over time was not checked"),
    ],
)
def test_what_was_not_shown_is_a_limit(parts: dict[str, Any], told: str) -> None:
    assert any(told in limit for limit in limits(sources(**parts)))


def test_a_sound_version_has_only_the_limits_of_what_nobody_asked() -> None:
    said = list(limits(sources()))
    assert set(NOT_NAMED) <= set(said)
    assert not any("gate" in limit or "set aside" in limit or "commit" in limit for limit in said)


def test_a_question_that_an_observation_answers_is_no_limit() -> None:
    fair = Observation(name="demographic_parity_difference.sex", value=0.1, n=500)
    unseen = Observation(name="average_precision", value=None, detail="one class only")
    said = list(limits(sources(evidence=Evidence(subject="x", observations=(*SEEN.observations, fair, unseen)))))
    assert "Fairness: not checked." not in said
    assert "average_precision was not observed: one class only." in said
