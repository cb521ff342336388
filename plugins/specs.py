"""Specs as a DAG file sees them: all that can be used while Airflow parses, only the one at hand in a task."""

from __future__ import annotations

import os
from collections.abc import Iterator

from airflow.sdk import get_parsing_context

from include.deployment.home import Home
from include.domain.spec import ModelSpec
from include.spec_files.reading import survey_specs


def specs_to_parse() -> Iterator[ModelSpec]:
    """Yield the specs whose DAGs are wanted by whoever parses the file; `dags/broken_specs.py` tells of the others."""
    dag_id = get_parsing_context().dag_id
    only = dag_id.rpartition(".")[0] if dag_id else os.environ.get("SLUICE_ONLY")
    yield from survey_specs(Home.from_environment().specs, only=only).specs
