"""MLflow's registry looks for an alias or a tag first and inserts it then; somebody may come between the two."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from include.domain.errors import SluiceError
from include.registry.mlflow_registry import LEDGER_TAG, MlflowRegistry
from tests.integration.registered import a_judged_version

pytestmark = pytest.mark.integration

MODEL = "adult"


@contextmanager
def _somebody_writes(statement: str, before: str, mlflow_store: str) -> Iterator[None]:
    """Let somebody write at the moment at which MLflow, which found nothing, inserts its own row."""
    done: list[str] = []

    def write(_connection: Any, _cursor: Any, own: str, *_: Any) -> None:
        if own.startswith(before) and not done:
            done.append(own)
            with sqlite3.connect(mlflow_store.removeprefix("sqlite:///")) as other:
                other.execute(statement)

    event.listen(Engine, "before_cursor_execute", write)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", write)
    assert done, f"MLflow never began with {before}"


def test_an_alias_that_somebody_sets_at_the_same_moment_is_theirs_until_it_is_set_again(mlflow_store: str) -> None:
    theirs, ours = a_judged_version().version, a_judged_version().version
    table = "INSERT INTO registered_model_aliases"
    row = f"{table} (workspace, name, alias, version) VALUES ('default', '{MODEL}', 'champion', {theirs})"
    with _somebody_writes(row, table, mlflow_store):
        MlflowRegistry().point(MODEL, "champion", ours)
    assert MlflowRegistry().read(MODEL).aliases == {"champion": theirs}
    MlflowRegistry().point(MODEL, "champion", ours)
    assert MlflowRegistry().read(MODEL).aliases == {"champion": ours}


def test_a_note_that_somebody_leaves_at_the_same_moment_is_theirs(mlflow_store: str) -> None:
    a_judged_version()
    table = "INSERT INTO registered_model_tags"
    row = f"{table} (workspace, name, \"key\", value) VALUES ('default', '{MODEL}', '{LEDGER_TAG}', '7 theirs')"
    with _somebody_writes(row, table, mlflow_store):
        MlflowRegistry().note(MODEL, (6, "ours"))
    assert MlflowRegistry().read(MODEL).reached == (7, "theirs")


def test_any_other_refusal_of_an_alias_is_an_error(mlflow_store: str) -> None:
    a_judged_version()
    with pytest.raises(SluiceError, match="Model Version"):
        MlflowRegistry().point(MODEL, "champion", 99)
