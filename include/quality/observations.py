"""Observations: outcomes as the numbers that the data gate asks for, with every failure spelled out beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from include.domain.evidence import Evidence, Observation
from include.domain.gate import CHECKED_EXPECTATIONS, FAILED_REQUIRED_EXPECTATIONS, QUARANTINED_SHARE, ROWS
from include.quality.outcome import Outcome
from include.quality.wording import sentence


def evidence_of(
    subject: str,
    outcomes: Sequence[Outcome],
    examples: Mapping[str, Sequence[str]],
    *,
    rows: int,
    notes: Sequence[str] = (),
) -> Evidence:
    """Return what a check saw, as evidence.

    Parameters
    ----------
    subject : str
    outcomes : sequence of Outcome
    examples : mapping of str to sequence of str
        Failing rows, by title.
    rows : int
        Rows of the dataset, those set aside included.
    notes : sequence of str
        What could not be asked, and why.
    """
    sentences = {
        outcome.title: sentence(outcome, examples.get(outcome.title, ()))
        for outcome in outcomes
        if not outcome.met or outcome.set_aside
    }
    failed = [outcome for outcome in outcomes if outcome.expectation.required and not outcome.met]
    sorted_out = [outcome for outcome in outcomes if outcome.set_aside]
    places = [outcome.failing for outcome in sorted_out]
    set_aside = len(np.unique(np.concatenate(places))) if places else 0
    totals = (
        Observation(
            name=ROWS,
            value=rows - set_aside,
            unit="count",
            detail=f"{set_aside:,} of {rows:,} rows set aside" if set_aside else "",
        ),
        Observation(
            name=CHECKED_EXPECTATIONS,
            value=sum(outcome.answered for outcome in outcomes),
            unit="count",
            detail="\n".join(notes),
        ),
        Observation(
            name=FAILED_REQUIRED_EXPECTATIONS,
            value=len(failed),
            unit="count",
            detail="\n".join(sentences[outcome.title] for outcome in failed),
        ),
        Observation(
            name=QUARANTINED_SHARE,
            value=set_aside / rows if rows else 0.0,
            unit="share",
            n=rows,
            detail="\n".join(sentences[outcome.title] for outcome in sorted_out),
        ),
    )
    each = (
        Observation(
            name=f"expectation.{outcome.title}",
            value=float(outcome.met),
            n=outcome.rows,
            detail=sentences.get(outcome.title, ""),
        )
        for outcome in outcomes
    )
    return Evidence(subject=subject, observations=(*totals, *each))
