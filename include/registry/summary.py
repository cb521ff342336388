"""Summaries: evidence and verdicts as they fit into the tags and the description of a model version."""

from __future__ import annotations

from include.domain.evidence import Evidence, Observation
from include.domain.metric import METRICS
from include.domain.references import RunRef
from include.domain.verdict import Verdict

DESCRIPTION_LENGTH = 5000
"""Characters that MLflow's database keeps of a description."""

REASONS_LENGTH = 500
"""Characters of a verdict's reasons that a tag shows; MLflow takes more, its pages do not."""


def metric_tags(evidence: Evidence) -> dict[str, str]:
    """Return a tag for every metric that was observed.

    Examples
    --------
    >>> metric_tags(Evidence(subject="adult", observations=(Observation(name="roc_auc", value=0.91, n=500),)))
    {'sluice.roc_auc': '0.91 on 500 rows'}
    """
    return {f"sluice.{o.name}": _text(o) for o in evidence.observations if o.name in METRICS}


def describe(run: RunRef, evidence: Evidence) -> str:
    """Return the evidence as a Markdown table that fits into a description; what does not fit is counted."""
    lines = [f"{evidence.subject}, from run {run.run_id}", "", "| observation | value |", "|---|---|"]
    rest = len(evidence.observations)
    for observation in evidence.observations:
        name = observation.name.replace("|", r"\|")
        row = f"| {name} | {_text(observation)} |"
        if len("\n".join([*lines, row])) > DESCRIPTION_LENGTH - 100:
            break
        lines.append(row)
        rest -= 1
    if rest:
        lines.append(f"\n{rest} more in the run's evidence/evidence.json")
    return "\n".join(lines)[:DESCRIPTION_LENGTH]


def reasons_in_short(verdict: Verdict) -> str:
    """Return the reasons that kept a verdict from passing, cut to the length of a tag.

    Examples
    --------
    >>> from include.domain.verdict import Reason
    >>> met = Reason(requirement="roc_auc", outcome="passed", asked="at least 0.8", seen="0.91")
    >>> reasons_in_short(Verdict(gate="model", subject="adult", outcome="passed", reasons=(met,)))
    'every requirement of the gate model was met'
    """
    unmet = [f"{r.requirement}: asked {r.asked}, saw {r.seen}" for r in verdict.reasons if r.outcome != "passed"]
    text = "; ".join(unmet) or f"every requirement of the gate {verdict.gate} was met"
    return text if len(text) <= REASONS_LENGTH else f"{text[: REASONS_LENGTH - 1]}…"


def _text(observation: Observation) -> str:
    text = "not observed" if observation.value is None else f"{observation.value:.6g}"
    if observation.interval is not None:
        text += f" [{observation.interval.low:.6g}, {observation.interval.high:.6g}]"
    if observation.unit:
        text += f" {observation.unit}"
    return text if observation.n is None else f"{text} on {observation.n:,} rows"
