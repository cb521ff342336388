"""Writing a card: facts put into sentences. Pure; what it says is what the sources hold, and what they lack."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from include.model_card.card import Event, ModelCard
from include.model_card.groups import grouped
from include.model_card.limits import limits
from include.model_card.sources import Sources


def write_card(seen: Sources, links: Mapping[str, str]) -> ModelCard:
    """Return the card of a version.

    Parameters
    ----------
    seen : Sources
    links : mapping of str to str
        Addresses by their titles.
    """
    spec = seen.spec
    return ModelCard(
        model=spec.name,
        version=seen.version.version,
        purpose=spec.description.strip() or "The spec does not say what the model is for.",
        owner=spec.owner,
        task=spec.task,
        standing=_standing(seen),
        data=_data(seen),
        training=_training(seen),
        groups=grouped(seen.evidence),
        segments=tuple(seen.segments.as_lines(str(spec.baseline))) if seen.segments else (),
        verdict=seen.verdict,
        limits=tuple(limits(seen)),
        lineage=_lineage(seen),
        history=tuple(Event(at=e.at, action=_action(e), actor=e.actor, reason=e.reason) for e in seen.entries),
        reproduce=tuple(_commands(seen)),
        links=dict(links),
        made=seen.made,
    )


def _standing(seen: Sources) -> str:
    held = [alias for alias in ("champion", "challenger") if seen.aliases.get(alias) == seen.version.version]
    if held:
        return " and ".join(held)
    was = {entry.action for entry in seen.entries}
    return "former champion" if was & {"promote", "roll_back"} else "registered"


def _action(entry: Any) -> str:
    return f"{entry.action}, {entry.outcome} overridden" if entry.overridden else str(entry.action)


def _data(seen: Sources) -> dict[str, str]:
    dataset, spec = seen.dataset, seen.spec
    facts = {
        "Source": dataset.source,
        "Rows": f"{dataset.rows:,}",
        "Columns": f"{len(dataset.columns):,}",
        "Target": spec.data.target,
        "Window asked for": _window(dataset.window.start, dataset.window.end),
        "Event time": _span(dataset.time_range) if dataset.time_range else "the spec names no time column",
        "Training rows": _count(seen.counts, "training_rows"),
        "Holdout rows": _count(seen.counts, "holdout_rows"),
    }
    for name, check in seen.checks.items():
        aside = check.get("quarantined")
        facts[f"Set aside, {name} data"] = f"{aside['rows']:,} rows" if aside else "no row"
    return facts


def _training(seen: Sources) -> dict[str, str]:
    spec = seen.spec
    facts = {
        "Estimator": spec.training.estimator or spec.training.build or "",
        "Split": f"{spec.split_by}, {100 * spec.training.split.holdout:g}% held out",
        **({"One model for each": ", ".join(spec.segment_columns)} if spec.segment_by else {}),
        "Baseline": str(spec.baseline),
        "Seed": str(spec.training.seed),
    }
    plain = ("estimator", "build", "seed", "split.by", "split.holdout")
    facts |= {name: value for name, value in sorted(seen.parameters.items()) if name not in plain}
    return facts


def _lineage(seen: Sources) -> dict[str, str]:
    tags = seen.tags
    dirty = {"true": "yes: files differed from the commit", "false": "no"}
    return {
        "Snapshot": seen.dataset.fingerprint,
        "Snapshot lies in": seen.dataset.uri,
        "Training fingerprint": tags.get("sluice.fingerprint", "unknown"),
        "Commit": tags.get("mlflow.source.git.commit", "unknown: trained outside of a repository"),
        "Uncommitted changes": dirty.get(tags.get("sluice.git_dirty", ""), "unknown"),
        "Environment": tags.get("sluice.environment", "unknown"),
        "MLflow run": seen.version.run_id,
        "Why it was trained": tags.get("sluice.cause", "unknown"),
        **({"Asked for by monitoring": asked} if (asked := tags.get("sluice.started_by")) else {}),
    }


def _commands(seen: Sources) -> Iterator[str]:
    commit = seen.tags.get("mlflow.source.git.commit")
    if commit:
        yield f"git checkout {commit}"
    yield "make setup && export PATH=$PWD/.venv/bin:$PATH && mkdir -p again"
    yield f"export MLFLOW_TRACKING_URI={shlex.quote(seen.tracking)}"
    yield f"mlflow artifacts download --run-id {seen.version.run_id} --artifact-path spec.yaml --dst-path again"
    yield f"mv again/spec.yaml again/{seen.spec.name}.yaml"
    window = seen.dataset.window
    asked = [("--from", window.start), ("--until", window.end)]
    options = "".join(f" {option} {shlex.quote(moment.isoformat())}" for option, moment in asked if moment)
    yield f"SLUICE_SPECS=again sluice run {seen.spec.name} --force --dry-run{options}"


def _window(start: datetime | None, end: datetime | None) -> str:
    if start is None and end is None:
        return "everything"
    return f"[{start.isoformat() if start else 'the beginning'}, {end.isoformat() if end else 'the end'})"


def _span(span: tuple[datetime, datetime]) -> str:
    return f"{span[0].isoformat()} to {span[1].isoformat()}"


def _count(counts: Mapping[str, float], name: str) -> str:
    return f"{counts[name]:,.0f}" if name in counts else "unknown"
