"""A verdict is explained from what MLflow and the ledger really hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from mlflow import MlflowClient

from include.commands.explain import explain_verdict
from include.deployment.home import Home
from include.domain.errors import RegistryError
from include.domain.evidence import Evidence, Observation
from include.domain.references import DatasetRef, ModelVersionRef
from include.registry.judged_version import read_judged_version
from include.registry.mlflow_registry import MlflowRegistry
from include.registry.versions import record_verdict, register_candidate
from tests.integration.registered import EVIDENCE, SPEC, a_judged_version, a_run, a_verdict

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]

DATASET = DatasetRef(uri="file:///s/adult", fingerprint="d" * 64, rows=700, columns=(), source="adult.csv")
CHECKED = Evidence(
    subject="adult raw data",
    observations=(
        Observation(name="rows", value=700),
        Observation(name="checked_expectations", value=4),
        Observation(name="failed_required_expectations", value=1, detail="age is below 0"),
        Observation(name="quarantined_share", value=0.0, n=700),
    ),
)


def a_trained_version(*, evidence: Evidence | None = EVIDENCE) -> ModelVersionRef:
    version = register_candidate(SPEC, a_run(), EVIDENCE)
    client = MlflowClient()
    client.log_text(version.run_id, yaml.safe_dump(SPEC.to_json()), "spec.yaml")
    client.log_text(version.run_id, json.dumps(DATASET.to_json()), "dataset.json")
    checked = {"evidence": CHECKED.to_json(), "accepted": DATASET.to_json()}
    client.log_text(version.run_id, json.dumps(checked), "checks/raw.json")
    client.log_text(version.run_id, json.dumps(checked), "checks/clean.json")
    record_verdict(version, a_verdict(version.version, "blocked"), evidence)
    return version


def explained(tmp_path: Path, named: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    home = Home.from_environment({"SLUICE_HOME": str(tmp_path / "home")})
    explain_verdict(home, named, as_json=True)
    return dict(json.loads(capsys.readouterr().out))


def test_every_gate_is_told_with_the_numbers_it_was_decided_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    version = a_trained_version()
    told = explained(tmp_path, "adult", capsys)
    raw, clean, model = told["gates"]  # type: ignore[misc]
    assert [raw["gate"], clean["gate"], model["gate"]] == ["raw data", "clean data", "model"]
    assert [raw["outcome"], model["outcome"]] == ["blocked", "blocked"]
    failed = next(r for r in raw["reasons"] if r["requirement"] == "failed_required_expectations")
    assert (failed["value"], failed["outcome"], failed["detail"]) == (1, "blocked", "age is below 0")
    (reason,) = model["reasons"]
    assert (reason["asked"], reason["value"], reason["n"]) == ("at least 0.8", 0.91, 500)
    assert reason["interval"] == {"low": 0.9, "high": 0.92, "confidence": 0.95, "method": "percentile bootstrap"}
    assert told["consequence"] == "version 1 did not become the champion: the gate is blocked"
    assert told["snapshot"]["fingerprint"] == "d" * 64  # type: ignore[index]
    assert str(told["run_page"]).endswith(f"/runs/{version.run_id}")


def test_people_see_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a_trained_version()
    explain_verdict(Home.from_environment({"SLUICE_HOME": str(tmp_path / "home")}), "adult@1", as_json=False)
    shown = capsys.readouterr().out
    for told in (
        "adult version 1",
        "raw data: blocked",
        "model: blocked",
        "0.9 to 0.92",
        "500",
        "age is below 0",
        "d" * 64,
    ):
        assert told in shown


def test_a_verdict_without_its_evidence_is_explained_by_its_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_trained_version(evidence=None)
    *_, model = explained(tmp_path, "adult@1", capsys)["gates"]  # type: ignore[misc]
    (reason,) = model["reasons"]
    assert (reason["seen"], reason["value"], reason["interval"]) == ("0.91", None, None)


def test_the_newest_judged_version_is_meant_unless_one_is_named() -> None:
    a_judged_version()
    a_judged_version()
    register_candidate(SPEC, a_run(), EVIDENCE)
    MlflowRegistry().point("adult", "champion", 1)
    assert read_judged_version("adult", None).version.version == 2
    assert read_judged_version("adult", "1").version.version == 1
    champion = read_judged_version("adult", "champion")
    assert (champion.version.version, champion.aliases) == (1, ("champion",))


@pytest.mark.parametrize(
    ("model", "which", "said"),
    [
        ("adlut", None, "no model 'adlut' in the registry, which holds: adult"),
        ("adult", "7", "adult has no version 7; expected one of 1, 2"),
        ("adult", "champoin", "no alias 'champoin'; expected a version number, or one of its aliases: none"),
        ("adult", "2", "adult version 2 was never judged: the DAG adult.promotion does that"),
    ],
)
def test_what_cannot_be_explained_is_said_with_what_can(model: str, which: str | None, said: str) -> None:
    a_judged_version()
    register_candidate(SPEC, a_run(), EVIDENCE)
    with pytest.raises(RegistryError, match=said):
        read_judged_version(model, which)


def test_a_model_of_which_no_version_was_judged_is_told_so() -> None:
    register_candidate(SPEC, a_run(), EVIDENCE)
    with pytest.raises(RegistryError, match=r"no version of adult was judged yet: the DAG adult\.promotion"):
        read_judged_version("adult", None)


def test_evidence_that_was_changed_after_the_verdict_is_refused() -> None:
    version = a_trained_version()
    (file,) = [f.path for f in MlflowClient().list_artifacts(version.run_id, "verdicts") if "evidence" in f.path]
    MlflowClient().log_text(version.run_id, json.dumps(CHECKED.to_json()), file)
    with pytest.raises(RegistryError, match="was changed since it was recorded"):
        read_judged_version("adult", None)
