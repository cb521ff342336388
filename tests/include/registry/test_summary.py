from __future__ import annotations

import pytest
from hypothesis import given

from include.domain.evidence import Evidence, Interval, Observation
from include.domain.references import RunRef
from include.domain.verdict import Reason, Verdict
from include.registry.summary import DESCRIPTION_LENGTH, REASONS_LENGTH, describe, metric_tags, reasons_in_short
from tests.strategies import evidences

RUN = RunRef(run_id="a" * 32, experiment_id="1", fingerprint="f" * 64)


def _reason(outcome: str, seen: str = "0.7") -> Reason:
    return Reason(requirement="roc_auc", outcome=outcome, asked="at least 0.8", seen=seen)


def test_metrics_become_tags_and_the_rest_does_not() -> None:
    interval = Interval(low=0.9, high=0.92, confidence=0.95, method="bootstrap")
    seen = (
        Observation(name="roc_auc", value=0.91, interval=interval, n=5000),
        Observation(name="log_loss", value=None, unit="nats"),
        Observation(name="slice.sex=Male.roc_auc", value=0.9),
    )
    assert metric_tags(Evidence(subject="adult", observations=seen)) == {
        "sluice.roc_auc": "0.91 [0.9, 0.92] on 5,000 rows",
        "sluice.log_loss": "not observed nats",
    }


@given(evidences())
def test_a_description_names_the_run_and_every_observation(evidence: Evidence) -> None:
    text = describe(RUN, evidence)
    assert RUN.run_id in text
    assert all(f"| {observation.name} |" in text for observation in evidence.observations)


@pytest.mark.parametrize("count", [40, 400, 4000])
def test_a_description_fits_and_counts_what_it_leaves_out(count: int) -> None:
    seen = tuple(Observation(name=f"slice.{'x' * 40}.{i}", value=0.5) for i in range(count))
    text = describe(RUN, Evidence(subject="adult", observations=seen))
    assert len(text) <= DESCRIPTION_LENGTH
    shown = text.count("| slice.")
    assert shown == count or text.endswith(f"\n{count - shown} more in the run's evidence/evidence.json")


def test_one_endless_name_does_not_break_a_description() -> None:
    seen = (Observation(name="x" * 6000, value=0.5),)
    assert "1 more in the run" in describe(RUN, Evidence(subject="adult", observations=seen))
    assert len(describe(RUN, Evidence(subject="y" * 6000, observations=seen))) <= DESCRIPTION_LENGTH


def test_only_unmet_reasons_are_told() -> None:
    verdict = Verdict(
        gate="model", subject="adult", outcome="blocked", reasons=(_reason("passed", "0.9"), _reason("blocked"))
    )
    assert reasons_in_short(verdict) == "roc_auc: asked at least 0.8, saw 0.7"


def test_long_reasons_are_cut() -> None:
    verdict = Verdict(gate="model", subject="adult", outcome="blocked", reasons=(_reason("blocked", "9" * 10_000),))
    assert len(reasons_in_short(verdict)) == REASONS_LENGTH
