"""Specs as DAG files see them: all that can be used while Airflow parses, only the one at hand in a task."""

from __future__ import annotations

import os
from collections.abc import Iterator

from airflow.sdk import get_parsing_context

from include.deployment.home import Home
from include.domain.errors import SluiceError
from include.domain.spec import ModelSpec
from include.spec_files.reading import survey_specs
from plugins.schedules import training_schedule


def specs_to_parse() -> Iterator[ModelSpec]:
    """Yield the specs whose DAGs are wanted by whoever parses the file."""
    dag_id = get_parsing_context().dag_id
    only = dag_id.rpartition(".")[0] if dag_id else os.environ.get("SLUICE_ONLY")
    specs = survey_specs(Home.from_environment().specs, only=only).specs
    yield from (spec for spec in specs if schedule_problem(spec) is None)


def spec_problems() -> list[str]:
    """Return what is wrong with the specs that make no DAG, one line a mistake."""
    survey = survey_specs(Home.from_environment().specs)
    found = [line for lines in survey.problems.values() for line in lines]
    return found + [problem for spec in survey.specs if (problem := schedule_problem(spec))]


def schedule_problem(spec: ModelSpec) -> str | None:
    """Return why Airflow cannot keep a spec's schedule, or None if it can."""
    try:
        training_schedule(spec.schedule)
        training_schedule(spec.scoring.schedule)
        training_schedule(spec.monitoring.schedule)
    except SluiceError as error:
        return f"{spec.name}.yaml: {error}"
    return None
