"""Groups: which observations answer the same question, told by their names alone, those of tomorrow too."""

from __future__ import annotations

import re

from include.domain.catalogue import DECISION_THRESHOLD, FAIRNESS, GROUP_RATES, MODEL_BYTES
from include.domain.evidence import Evidence, Observation
from include.domain.metric import METRICS, VALUE
from include.domain.requirement import improvement_name, staleness_name
from include.model_card.card import Group

_QUESTIONS = (
    ("Metrics", "On held-out rows that the model was not trained on.", rf"({'|'.join(METRICS.keys() - {VALUE})})"),
    ("Slices", "The same for parts of the rows.", r"(slice|worst_slice|worst_slice_gap|.+\.worst_slice)\..+|slices_.+"),
    (
        "Fairness",
        "Rates of groups of people, and how far apart they are.",
        rf"({'|'.join(FAIRNESS + GROUP_RATES)})\..+",
    ),
    ("Calibration", "Whether probabilities mean what they say.", r"calibration\..+"),
    (
        "Value",
        "What decisions by the model cost or bring.",
        rf"{VALUE}|{DECISION_THRESHOLD}|{re.escape(improvement_name('half', ''))}.+",
    ),
    (
        "Against rivals",
        "Paired differences on the same rows, above zero is better; and what the champion has lost since.",
        rf"improvement_over_.+|{re.escape(staleness_name(''))}.+",
    ),
    ("Robustness", "What is lost where rows are worse than those of training.", r"robustness\..+"),
    ("Speed and size", "What it costs to ask the model.", rf"predict_seconds\..+|{MODEL_BYTES}"),
)
"""Title, meaning, and the names that belong there; the first that fits takes an observation."""

_REST = ("Other observations", "Rows that judge, and whatever else was seen.")


def grouped(evidence: Evidence) -> tuple[Group, ...]:
    """Return the observations by the question that they answer; each stands once, and none is left out.

    Examples
    --------
    >>> from include.domain.evidence import Observation
    >>> names = ("roc_auc", "demographic_parity_difference.sex", "holdout_rows")
    >>> seen = Evidence(subject="adult", observations=tuple(Observation(name=name, value=1) for name in names))
    >>> [(group.title, len(group.observations)) for group in grouped(seen)]
    [('Metrics', 1), ('Fairness', 1), ('Other observations', 1)]
    """
    taken: dict[str, list[Observation]] = {title: [] for title in (*(title for title, _, _ in _QUESTIONS), _REST[0])}
    for observation in evidence.observations:
        taken[_title(observation.name)].append(observation)
    meanings = {title: about for title, about, _ in _QUESTIONS} | dict([_REST])
    return tuple(
        Group(title=title, about=meanings[title], observations=tuple(seen)) for title, seen in taken.items() if seen
    )


def unanswered(evidence: Evidence) -> list[str]:
    """Return the questions that no observation answers."""
    answered = {group.title for group in grouped(evidence)}
    return [title for title, _, _ in _QUESTIONS if title not in answered]


def _title(name: str) -> str:
    return next((title for title, _, names in _QUESTIONS if re.fullmatch(names, name)), _REST[0])
