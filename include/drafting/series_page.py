"""The page of a fleet: what a drafted spec says of segments and of series, with what was seen beside it."""

from __future__ import annotations

from typing import Any

from include.drafting.decisions import Decisions
from include.drafting.segments import Segments
from include.drafting.trial import Trial
from include.drafting.yaml_text import Page


def write_segments(page: Page, segments: Segments, trial: Trial | None) -> None:
    """Write how rows are divided, and what becomes of a segment that cannot have a model of its own."""
    page.say("One model a segment, all in one version. A pooled model of all rows serves where a segment has none.")
    page.put("segment_by:")
    page.entry("columns", list(segments.columns), indent=2, beside=segments.described)
    page.entry("rows_at_least", segments.rows_to_learn_from, indent=2, beside="with fewer the pooled model serves")
    if segments.period is not None:
        _write_prior(page, segments, trial)
    page.gap()


def _write_prior(page: Page, segments: Segments, trial: Trial | None) -> None:
    why = "what all series have in common counts for as many rows beside a series' own"
    rows = segments.trained_rows
    if trial is not None:
        rows = trial.prior_rows
        shown = ", ".join(f"{tried} {value:.4g}" for tried, value in trial.tried.items())
        why += f"; the best of those tried on the last fifth, by {next(iter(trial.scores))}: {shown}"
    page.entry("prior_rows", rows, indent=2, beside=why)


def write_linear(page: Page, parameters: dict[str, Any]) -> None:
    """Write the parameters and the preprocessing of a model with a handful of coefficients."""
    page.put("parameters:", indent=2)
    for key, value in parameters.items():
        positive = "what was high will be high; a lag that counts against the next value is chance, as a rule"
        page.entry(key, value, indent=4, beside=positive if key == "positive" else "")
    page.put("preprocessing:", indent=2)
    page.entry("numeric", "scale", indent=4, beside="gaps are filled with the median")
    page.entry("categorical", "one_hot", indent=4)


def write_baseline(page: Page, decisions: Decisions) -> None:
    """Write the forecast that every series has to beat."""
    if decisions.series is not None:
        season = {"seasonal_naive": decisions.series.season_of(decisions.target.name)}
        page.entry("baseline", season, indent=2, beside="the forecast to beat: the value of a season ago")


def terms_of(decisions: Decisions, metric: str) -> dict[str, Any]:
    """Return on which terms a candidate has to beat its rivals: on the rows that a segment has to be judged by."""
    if decisions.segments is None:
        return {"metric": metric}
    return {"metric": metric, "rows_at_least": decisions.segments.rows_to_judge_by}
