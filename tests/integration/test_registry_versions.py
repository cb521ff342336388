"""Registration against a real MLflow: one version a run, whoever asks and however often."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import LoggedModelOutput

from include.domain.errors import RegistryError, SluiceError
from include.domain.evidence import Evidence, Observation
from include.domain.references import ModelVersionRef, RunRef
from include.registry.aliases import move_alias, repair, verify
from include.registry.mlflow_registry import MlflowRegistry
from include.registry.status import status
from include.registry.versions import current, read_verdict, record_verdict, register_candidate, version_of_run
from tests.fakes import MemoryStore
from tests.integration.registered import EVIDENCE, SPEC, a_judged_version, a_run, a_verdict, log_a_model

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]


def _versions() -> list[int]:
    return sorted(int(found.version) for found in MlflowClient().search_model_versions("name = 'adult'"))


def test_a_version_shows_its_run_its_owner_and_its_evidence() -> None:
    run = a_run()
    version = register_candidate(SPEC, run, EVIDENCE)
    assert version == ModelVersionRef(name="adult", version=1, run_id=run.run_id)
    found = MlflowClient().get_model_version("adult", "1")
    assert found.run_id == run.run_id
    assert found.tags["sluice.roc_auc"] == "0.91 [0.9, 0.92] on 500 rows"
    assert found.tags["sluice.fingerprint"] == run.fingerprint
    assert found.tags["sluice.owner"] == SPEC.owner
    assert "| roc_auc | 0.91 [0.9, 0.92] on 500 rows |" in found.description
    assert MlflowClient().get_registered_model("adult").description == SPEC.description
    stored = mlflow.artifacts.load_text(f"runs:/{run.run_id}/evidence/evidence.json")
    assert Evidence.model_validate(json.loads(stored)) == EVIDENCE
    assert mlflow.sklearn.load_model("models:/adult/1").predict([[2.0]]).tolist() == [1]


def test_evidence_larger_than_any_tag_is_kept_whole() -> None:
    large = Evidence(
        subject="adult",
        observations=tuple(Observation(name=f"slice.{i}", value=i, detail="x" * 200) for i in range(2000)),
    )
    run = a_run()
    register_candidate(SPEC, run, large)
    stored = mlflow.artifacts.load_text(f"runs:/{run.run_id}/evidence/evidence.json")
    assert Evidence.model_validate(json.loads(stored)) == large


def test_a_retry_gives_the_same_version_and_finishes_it() -> None:
    run = a_run()
    first = register_candidate(SPEC, run, EVIDENCE)
    MlflowClient().update_model_version("adult", "1", "")
    assert register_candidate(SPEC, run, EVIDENCE) == first
    assert "roc_auc" in MlflowClient().get_model_version("adult", "1").description
    assert _versions() == [1]


def test_many_registrations_of_one_run_at_once_leave_one_version() -> None:
    run = a_run()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: register_candidate(SPEC, run, EVIDENCE), range(6)))
    assert {version.version for version in found} == {_versions()[0]}
    assert len(_versions()) == 1


def test_a_version_made_twice_by_writers_who_did_not_see_each_other_is_made_one() -> None:
    run = a_run()
    model_id = MlflowClient().get_run(run.run_id).outputs.model_outputs[0].model_id
    register_candidate(SPEC, run, EVIDENCE)
    mlflow.register_model(f"models:/{model_id}", "adult", tags={"sluice.fingerprint": run.fingerprint})
    assert _versions() == [1, 2]
    assert register_candidate(SPEC, run, EVIDENCE).version == 1
    assert _versions() == [1]


@pytest.mark.parametrize("kept", ["by its alias", "by a stranger"])
def test_a_second_version_that_somebody_wants_is_not_deleted(kept: str) -> None:
    run = a_run()
    model_id = MlflowClient().get_run(run.run_id).outputs.model_outputs[0].model_id
    register_candidate(SPEC, run, EVIDENCE)
    tags = {"sluice.fingerprint": run.fingerprint} if kept == "by its alias" else {}
    mlflow.register_model(f"models:/{model_id}", "adult", tags=tags)
    if kept == "by its alias":
        MlflowClient().set_registered_model_alias("adult", "shadow", "2")
    register_candidate(SPEC, run, EVIDENCE)
    assert _versions() == [1, 2]


def test_a_run_that_logged_its_model_twice_is_registered_with_the_last() -> None:
    run = a_run()
    (first,) = MlflowClient().get_run(run.run_id).outputs.model_outputs
    again = [log_a_model(run.run_id) for _ in range(4)]
    client = MlflowClient()
    unfinished = client.create_logged_model(run.experiment_id, name="model", source_run_id=run.run_id)
    client.log_outputs(run.run_id, [LoggedModelOutput(unfinished.model_id, step=0)])
    register_candidate(SPEC, run, EVIDENCE)
    assert first.model_id not in again
    assert client.get_model_version("adult", "1").source == f"models:/{again[-1]}"


@pytest.mark.parametrize("name", ["baseline", None])
def test_a_run_without_the_models_name_is_refused_and_not_retried(name: str | None) -> None:
    run = a_run(name) if name else RunRef(run_id=mlflow.MlflowClient().create_run("0").info.run_id, **_rest())
    with pytest.raises(RegistryError, match="logged no model named 'model'; train it again"):
        register_candidate(SPEC, run, EVIDENCE)


def test_a_run_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SluiceError, match="not found"):
        register_candidate(SPEC, RunRef(run_id="a" * 32, **_rest()), EVIDENCE)


def test_nothing_is_current_before_an_alias_is_set() -> None:
    assert current("adult", "champion") is None
    run = a_run()
    version = register_candidate(SPEC, run, EVIDENCE)
    assert current("adult", "champion") is None
    assert version_of_run("adult", run.run_id) == version
    assert version_of_run("adult", "b" * 32) is None
    MlflowRegistry().point("adult", "champion", 1)
    assert current("adult", "champion") == version


def test_a_verdict_is_read_back_whole_and_the_last_one_counts() -> None:
    version = register_candidate(SPEC, a_run(), EVIDENCE)
    assert read_verdict(version) is None
    blocked = a_verdict(1, "blocked", detail="row 17: 'x'\n" * 20_000)
    record_verdict(version, blocked)
    assert read_verdict(version) == blocked
    tags = MlflowClient().get_model_version("adult", "1").tags
    assert tags["sluice.verdict"] == "blocked"
    assert tags["sluice.verdict.reasons"] == "roc_auc: asked at least 0.8, saw 0.91"
    record_verdict(version, a_verdict(1))
    assert read_verdict(version) == a_verdict(1)


def test_a_stored_verdict_that_was_changed_is_refused() -> None:
    version = a_judged_version()
    (file,) = MlflowClient().list_artifacts(version.run_id, "verdicts")
    text = mlflow.artifacts.load_text(f"runs:/{version.run_id}/{file.path}")
    MlflowClient().log_text(version.run_id, text.replace("0.91", "0.99"), file.path)
    with pytest.raises(RegistryError, match=r"verdicts/\w+\.json of run .* was changed since it was recorded"):
        read_verdict(version)


def test_a_recorded_verdict_promotes_and_any_other_does_not() -> None:
    version, store = a_judged_version(), MemoryStore()
    terms = {"action": "promote", "actor": "ada", "reason": "gate passed", "judged_against": None}
    with pytest.raises(RegistryError, match="judged again since"):
        move_alias(store, "adult", "champion", 1, verdict=a_verdict(1, detail="another"), **terms)
    move_alias(store, "adult", "champion", 1, verdict=a_verdict(1), **terms)
    assert current("adult", "champion") == version
    seen = status(store, "adult")
    assert (seen.champion, seen.last_verdict, seen.in_step) == (1, "passed", True)


def test_what_is_done_by_hand_in_mlflow_is_seen_and_repaired() -> None:
    store = MemoryStore()
    a_judged_version()
    a_judged_version()
    terms = {"action": "promote", "actor": "ada", "reason": "gate passed", "judged_against": None}
    move_alias(store, "adult", "champion", 1, verdict=a_verdict(1), **terms)
    MlflowClient().set_registered_model_alias("adult", "champion", "2")
    MlflowClient().set_registered_model_alias("adult", "challenger", "2")
    assert len(verify(store, "adult")) == 2
    assert len(repair(store, "adult", actor="ada", reason="moved by hand")) == 2
    assert verify(store, "adult") == []
    assert MlflowRegistry().read("adult").aliases == {"champion": 1}
    MlflowClient().delete_model_version("adult", "1")
    assert len(verify(store, "adult")) == 1
    repair(store, "adult", actor="ada", reason="version 1 was deleted")
    assert verify(store, "adult") == []


def _rest() -> dict[str, str]:
    return {"experiment_id": "0", "fingerprint": "f" * 64}
