"""The registry over HTTP: the same story as on a database, told to a server."""

from __future__ import annotations

import time

import pytest

from include.domain.errors import StaleVerdictError
from include.registry.aliases import history, move_alias, roll_back, verify
from include.registry.mlflow_registry import MlflowRegistry
from include.registry.status import status
from include.registry.versions import current, read_verdict, register_candidate
from tests.fakes import MemoryStore
from tests.integration.registered import EVIDENCE, SPEC, a_judged_version, a_run, a_verdict

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_server")]


def _promote(store: MemoryStore, version: int, judged_against: int | None) -> None:
    move_alias(
        store,
        "adult",
        "champion",
        version,
        action="promote",
        actor="ada",
        reason="gate model passed",
        verdict=a_verdict(version),
        judged_against=judged_against,
    )


def test_a_model_goes_from_run_to_champion_and_back() -> None:
    store = MemoryStore()
    assert current("adult", "champion") is None
    assert MlflowRegistry().tags("adult", 1) is None
    run = a_run()
    assert register_candidate(SPEC, run, EVIDENCE) == register_candidate(SPEC, run, EVIDENCE)
    second, third = a_judged_version(), a_judged_version()
    assert read_verdict(second) == a_verdict(2)
    move_alias(store, "adult", "challenger", 2, action="challenge", actor="ada", reason="trained")
    _promote(store, 2, None)
    _promote(store, 3, 2)
    with pytest.raises(StaleVerdictError):
        _promote(store, 2, None)
    assert current("adult", "champion") == third
    began = time.perf_counter()
    roll_back(store, "adult", to=None, actor="ada", reason="complaints")
    assert time.perf_counter() - began < 5
    assert current("adult", "champion") == second
    assert verify(store, "adult") == []
    assert [entry.action for entry in history(store, "adult")] == ["challenge", "promote", "promote", "roll_back"]
    seen = status(store, "adult")
    assert (seen.champion, seen.challenger, seen.last_verdict, seen.in_step) == (2, 2, "passed", True)
    MlflowRegistry().point("adult", "champion", None)
    assert current("adult", "champion") is None
    assert len(verify(store, "adult")) == 1
