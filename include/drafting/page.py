"""The page: decisions written down as a spec, with what was seen beside each of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from include.domain.metric import METRICS
from include.domain.spec.segments import FAILED_AT_MOST
from include.drafting.column import Column
from include.drafting.decisions import Decisions
from include.drafting.estimator_choice import deciding_metric, estimator_of, has_few_to_learn_from, is_linear
from include.drafting.expectations import QUARANTINE_AT_LEAST, Drafted, quarantine_share
from include.drafting.fences import amount
from include.drafting.series_page import terms_of, write_baseline, write_linear, write_segments
from include.drafting.trial import Trial
from include.drafting.yaml_text import Page, flow, scalar
from include.spec_files.schema import SCHEMA_COMMENT


def write_page(
    decisions: Decisions, *, name: str, owner: str, source: Any, parameters: dict[str, Any], trial: Trial | None
) -> str:
    """Return the text of a spec."""
    page = Page()
    page.put(SCHEMA_COMMENT)
    page.say()
    page.say(f"Drafted by `sluice new` from {decisions.rows.described}. What was seen stands beside each choice.")
    page.say("No data can show what is known when the model is asked: read features and forbidden with that in mind.")
    for note in (*decisions.left_out.suspects, *decisions.notes):
        page.say(f"To decide: {note}.")
    page.gap()
    _head(page, decisions, name, owner)
    _data(page, decisions, source)
    _cleaning(page, decisions)
    _quality(page, decisions)
    if decisions.segments is not None:
        write_segments(page, decisions.segments, trial)
    _training(page, decisions, parameters, trial)
    _gates(page, decisions, trial)
    return page.text()


def _head(page: Page, decisions: Decisions, name: str, owner: str) -> None:
    page.entry("name", name)
    page.entry("owner", owner)
    page.entry("description", f"Predicts {decisions.target.name}.", beside="for whom, and what is done with it?")
    page.entry("task", decisions.outcome.task, beside=decisions.outcome.because)
    page.gap()


def _data(page: Page, decisions: Decisions, source: Any) -> None:
    page.put("data:")
    page.entry("source", source, indent=2)
    page.entry("target", decisions.target.name, indent=2)
    if decisions.outcome.positive is not None:
        page.entry(
            "positive",
            decisions.outcome.positive,
            indent=2,
            beside="the rarer class; the other one, if you look for it",
        )
    if decisions.time is not None:
        known = decisions.time.values.dropna()
        page.entry(
            "time",
            decisions.time.name,
            indent=2,
            beside=f"{known.min():%Y-%m-%d %H:%M} to {known.max():%Y-%m-%d %H:%M}",
        )
    if decisions.id is not None:
        seen = "different in every row; required to stay so" if decisions.left_out.id else "made by cleaning, below"
        page.entry("id", decisions.id, indent=2, beside=seen)
    page.put("features:", indent=2, beside="a column that is new in the data does not slip into the model")
    for column in decisions.features:
        page.put(f"- {scalar(column.name)}", indent=4, beside=_described(column, column.name in decisions.codes))
    for name in decisions.feature_names[len(decisions.features) :]:
        page.put(f"- {scalar(name)}", indent=4, beside="made by cleaning, below")
    if decisions.codes:
        page.entry("categories", list(decisions.codes), indent=2, beside="whole numbers that are names, not amounts")
    if decisions.left_out.reasons:
        page.put("forbidden:", indent=2)
        for name, reason in decisions.left_out.reasons.items():
            page.entry(name, reason, indent=4)
    if decisions.types:
        page.put("types:", indent=2, beside="as they were read; a value that does not fit stops the run and is named")
        for name, word in decisions.types.items():
            page.entry(name, word, indent=4)
    page.gap()


def _described(column: Column, is_code: bool) -> str:
    missing = f", {column.null_share:.1%} missing" if column.nulls else ""
    if column.is_numeric and not is_code:
        return f"{amount(column.values.min())} to {amount(column.values.max())}{missing}"
    return f"{column.distinct:,} different values{missing}"


def _cleaning(page: Page, decisions: Decisions) -> None:
    if not decisions.cleaning:
        return
    page.say("The same steps run before training and before every prediction.")
    for note in decisions.cleaning_notes:
        page.say(note)
    for part, because in decisions.parts.items():
        page.say(f"{part}: {because}")
    page.put("cleaning:")
    for step in decisions.cleaning:
        page.put(f"- {flow(step)}", indent=2)
    page.gap()


def _quality(page: Page, decisions: Decisions) -> None:
    drafted = (*decisions.raw, *decisions.clean)
    rows = len(decisions.rows.frame)
    least = FAILED_AT_MOST if decisions.segments else QUARANTINE_AT_LEAST
    share, set_aside = quarantine_share(drafted, rows, at_least=least)
    page.put("quality:")
    page.entry(
        "rows_at_least", _rows_at_least(decisions.rows.total), indent=2, beside=f"{decisions.rows.total:,} were there"
    )
    page.say("Rows that fail an expectation with quarantine: true are set aside and named; the others go on.", indent=2)
    for suite, items in (("raw", decisions.raw), ("clean", decisions.clean)):
        if items:
            page.put(f"{suite}:", indent=2)
            page.put("expectations:", indent=4)
            _expectations(page, items)
    page.put("quarantine:", indent=2)
    here = f"{set_aside:,} of {rows:,} rows"
    beside = f"three times what is set aside here, {here}; more is a broken delivery"
    if decisions.segments and share == least:
        beside = f"the share of segments that may fail; {here} are set aside here"
    page.entry("at_most_share", share, indent=4, beside=beside)
    page.gap()


def _expectations(page: Page, items: Iterable[Drafted]) -> None:
    for item in items:
        written = dict(item.written)
        page.put(f"- type: {written.pop('type')}", indent=6, beside=item.seen)
        for key, value in written.items():
            page.entry(key, value, indent=8)


def _rows_at_least(total: int) -> int:
    """Return a tenth of the rows, rounded down to one digit, at least 50."""
    tenth = max(total // 10, 1)
    power = 10 ** math.floor(math.log10(tenth))
    return int(max(50, tenth // power * power))


def _training(page: Page, decisions: Decisions, parameters: dict[str, Any], trial: Trial | None) -> None:
    page.put("training:")
    if is_linear(decisions):
        page.say("A few coefficients a series: of so few rows trees learn the chance by heart.", indent=2)
        page.entry("estimator", estimator_of(decisions), indent=2)
        write_linear(page, parameters)
    else:
        _trees(page, decisions, parameters, trial)
    write_baseline(page, decisions)
    split = "time" if decisions.time is not None else "stratified"
    why = (
        "judged on later rows than it learned from" if split == "time" else "no event time: rows are divided at random"
    )
    page.entry("split", {"by": split, "holdout": 0.2}, indent=2, beside=why)
    page.gap()


def _trees(page: Page, decisions: Decisions, parameters: dict[str, Any], trial: Trial | None) -> None:
    page.say(
        "Trees on binned values: fast, unmoved by outliers, and they split on missing values themselves.", indent=2
    )
    page.entry("estimator", estimator_of(decisions), indent=2)
    few = "small trees, learned slowly: there are few rows, or few of the rarest class, to learn from"
    page.put("parameters:", indent=2, beside=few if has_few_to_learn_from(decisions) else "")
    for key, value in parameters.items():
        beside = {"early_stopping": "as many trees as said, so that the same data give the same model"}.get(key, "")
        if key == "loss" and trial is not None and trial.tried:
            scores = ", ".join(f"{loss} {score:.4g}" for loss, score in trial.tried.items())
            beside = f"the best of those tried on the last fifth, by {deciding_metric(decisions)}: {scores}"
        page.entry(key, value, indent=4, beside=beside)
    page.put("preprocessing:", indent=2)
    page.entry("numeric", "as_is", indent=4)
    page.entry("categorical", "ordinal", indent=4, beside="one column each, however many categories there are")


_WHY = {
    "brier_score": "brier_score judges the probabilities themselves, not only on which side of 0.5 they lie.",
    "log_loss": "log_loss judges the probabilities; where the class to look for is rare, other metrics hardly see it.",
    "mean_absolute_error": "mean_absolute_error is in the unit of the target, and a few outliers cannot own it.",
}


def _gates(page: Page, decisions: Decisions, trial: Trial | None) -> None:
    metric = deciding_metric(decisions)
    page.say("A candidate has to beat the simple model and the champion on the same rows, beyond doubt.")
    page.say(_WHY[metric])
    page.put("gates:")
    for rival in ("beats_baseline", "beats_champion"):
        page.entry(rival, terms_of(decisions, metric), indent=2)
    if trial is not None:
        which = "later ones" if decisions.time is not None else "others"
        page.say(
            f"A trial on {trial.fitted_rows:,} rows, judged on {trial.judged_rows:,} {which}: "
            f"{', '.join(f'{name} {value:.4g}' for name, value in trial.scores.items())}; "
            f"the simple model has {metric} {trial.baseline:.4g}. Bounds to start from:",
            indent=2,
        )
        page.say("bounds:", indent=2)
        for name, value in trial.scores.items():
            side, bound = _bound(name, value)
            page.say(f"  - {{observation: {name}, {side}: {bound}}}", indent=2)
    page.gap()
    page.say("On demand if left out. Every morning:")
    page.say('schedule: "0 6 * * *"')


def _bound(metric: str, value: float) -> tuple[str, str]:
    """Return a bound somewhat worse than what was seen."""
    if not METRICS[metric].greater_is_better:
        return "at_most", f"{value * 1.2:.3g}"
    chance = 0.5 if metric == "roc_auc" else 0.0
    return "at_least", f"{chance + 0.8 * (value - chance):.2g}"
