"""Versions: a run's model enters the registry once, with its evidence, and carries the verdicts about it."""

from __future__ import annotations

import json
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.entities import LoggedModelStatus
from mlflow.exceptions import MlflowException

from include.domain.errors import RegistryError, UnavailableError
from include.domain.evidence import Evidence
from include.domain.record import canonical_json, digest
from include.domain.references import ModelVersionRef, RunRef
from include.domain.spec import ModelSpec
from include.domain.verdict import Verdict
from include.mlflow_server import ABSENT, TAKEN, answering, open_client
from include.registry.mlflow_registry import REASONS_TAG, VERDICT_DIGEST_TAG, VERDICT_EVIDENCE_TAG, VERDICT_TAG
from include.registry.summary import describe, metric_tags, reasons_in_short

EVIDENCE_FILE = "evidence/evidence.json"
OWNER_TAG = "sluice.owner"
FINGERPRINT_TAG = "sluice.fingerprint"
EVIDENCE_DIGEST_TAG = "sluice.evidence.digest"

_MODEL = "model"
"""Name under which a run logs the model that it proposes."""


def register_candidate(spec: ModelSpec, run: RunRef, evidence: Evidence) -> ModelVersionRef:
    """Register a run's model under the spec's name, once, whoever asks and however often.

    The whole evidence is stored with the run (``evidence/evidence.json``); the version shows it in short, as tags and
    as a table in its description.

    Parameters
    ----------
    spec : ModelSpec
    run : RunRef
        A run that logged a model named ``model``.
    evidence : Evidence
        What was seen of the model.

    Raises
    ------
    RegistryError
        Where the run logged no model.
    UnavailableError
        Where MLflow or its artifact store does not answer.
    """
    _log(run.run_id, EVIDENCE_FILE, evidence.to_json())
    tags = {
        OWNER_TAG: spec.owner,
        FINGERPRINT_TAG: run.fingerprint,
        EVIDENCE_DIGEST_TAG: digest(evidence.to_json()),
        **metric_tags(evidence),
    }
    with answering(spec.name):
        client = open_client()
        _ensure_model(client, spec)
        version = _only_version(client, spec.name, run.run_id)
        if version is None:
            mlflow.register_model(f"models:/{_logged_model(client, run.run_id)}", spec.name, tags=tags)
            version = _only_version(client, spec.name, run.run_id)
        if version is None:
            raise RegistryError(f"{spec.name}: the version of run {run.run_id} was deleted while it was registered")
        # Also where the version was there: whoever created it may have been interrupted before these lines, and
        # evidence that was seen anew replaces the older.
        client.set_model_version_tag(spec.name, str(version.version), EVIDENCE_DIGEST_TAG, tags[EVIDENCE_DIGEST_TAG])
        client.update_model_version(spec.name, str(version.version), describe(run, evidence))
    return version


def registered_evidence(version: ModelVersionRef) -> Evidence:
    """Return the evidence that a version was registered with.

    Raises
    ------
    RegistryError
        Where it is not there, or is not what was registered any more.
    """
    with answering(version.name):
        tags = open_client().get_model_version(version.name, str(version.version)).tags
    text = _stored(version, EVIDENCE_FILE, tags.get(EVIDENCE_DIGEST_TAG))
    if text is None:
        raise RegistryError(f"{version.name} version {version.version} was registered without evidence: train it again")
    return Evidence.model_validate_json(text)


def version_of_run(model: str, run_id: str) -> ModelVersionRef | None:
    """Return the version that was registered from a run, the first if there are several."""
    with answering(model):
        return next(iter(_versions(open_client(), model, run_id)), None)


def current(model: str, alias: str) -> ModelVersionRef | None:
    """Return the version an alias points at, or None where there is no such alias.

    Raises
    ------
    UnavailableError
        Where MLflow does not answer; silence is never taken for "no champion".
    """
    with answering(model):
        client = open_client()
        try:
            number = client.get_registered_model(model).aliases.get(alias)
            found = client.get_model_version(model, number) if number is not None else None
        except MlflowException as error:
            if error.error_code == ABSENT:
                return None
            raise
    return None if found is None else _ref(found)


def record_verdict(version: ModelVersionRef, verdict: Verdict, evidence: Evidence | None = None) -> None:
    """Store a verdict with the version it is about; the last one recorded is the one that counts.

    Parameters
    ----------
    version : ModelVersionRef
    verdict : Verdict
    evidence : Evidence, optional
        What it was reached on; kept beside it, so that it can be explained by the numbers themselves.
    """
    recorded, rests_on = verdict.to_json(), evidence.to_json() if evidence else None
    _log(version.run_id, _verdict_file(digest(recorded)), recorded)
    if rests_on is not None:
        _log(version.run_id, _verdict_file(digest(rests_on), "evidence-"), rests_on)
    tags = {
        VERDICT_EVIDENCE_TAG: "" if rests_on is None else digest(rests_on),
        VERDICT_TAG: verdict.outcome,
        REASONS_TAG: reasons_in_short(verdict),
        # Last, because it alone says which verdict counts.
        VERDICT_DIGEST_TAG: digest(recorded),
    }
    with answering(version.name):
        for key, value in tags.items():
            open_client().set_model_version_tag(version.name, str(version.version), key, value)


def read_verdict(version: ModelVersionRef) -> Verdict | None:
    """Return the verdict that was recorded last with a version, or None.

    Raises
    ------
    RegistryError
        Where the stored verdict is not the one that was recorded.
    """
    text = _recorded(version, VERDICT_DIGEST_TAG)
    return None if text is None else Verdict.model_validate_json(text)


def recorded_verdict(version: ModelVersionRef, verdict: Verdict) -> Verdict:
    """Return the verdict that is stored with a version, once it is sure to be this one, in file and tag alike.

    Raises
    ------
    RegistryError
        Where another is stored, or none, or the evidence that it was reached on is not what it was.
    """
    stored = read_verdict(version)
    if stored is None or stored != verdict:
        found = "none" if stored is None else f"another, which {stored.outcome}"
        raise RegistryError(
            f"{version.name} version {version.version}: with it is stored {found}, not the verdict of this promotion; "
            f"run the DAG {version.name}.promotion again"
        )
    read_judged_evidence(version)
    return stored


def read_judged_evidence(version: ModelVersionRef) -> Evidence | None:
    """Return the evidence that the verdict recorded last was reached on, or None where none was kept.

    Raises
    ------
    RegistryError
        Where the stored evidence is not the one that was recorded.
    """
    text = _recorded(version, VERDICT_EVIDENCE_TAG, "evidence-")
    return None if text is None else Evidence.model_validate_json(text)


def _recorded(version: ModelVersionRef, tag: str, kind: str = "") -> str | None:
    with answering(version.name):
        recorded = open_client().get_model_version(version.name, str(version.version)).tags.get(tag)
    return _stored(version, _verdict_file(recorded, kind), recorded) if recorded else None


def _stored(version: ModelVersionRef, file: str, recorded: str | None) -> str | None:
    """Return a file of a version's run, once it is sure to be the one whose digest was recorded; None if none was."""
    if recorded is None:
        return None
    what = f"{version.name} version {version.version}: {file} of run {version.run_id}"
    with answering(version.name):
        try:
            text = mlflow.artifacts.load_text(f"runs:/{version.run_id}/{file}")
        except UnicodeDecodeError as error:
            raise RegistryError(f"{what} was changed since it was recorded: it is no text") from error
    try:
        found = digest(json.loads(text))
    except ValueError as error:
        raise RegistryError(f"{what} was changed since it was recorded: it is no JSON") from error
    if found != recorded:
        raise RegistryError(f"{what} was changed since it was recorded; train and judge the model again")
    return text


def _verdict_file(recorded: str, kind: str = "") -> str:
    return f"verdicts/{kind}{recorded[:16]}.json"


def _ensure_model(client: MlflowClient, spec: ModelSpec) -> None:
    try:
        client.create_registered_model(spec.name, tags={OWNER_TAG: spec.owner}, description=spec.description)
    except MlflowException as error:
        if error.error_code not in TAKEN:
            raise


def _logged_model(client: MlflowClient, run_id: str) -> str:
    outputs = client.get_run(run_id).outputs
    logged = [client.get_logged_model(output.model_id) for output in (outputs.model_outputs if outputs else [])]
    ready = [model for model in logged if model.name == _MODEL and model.status == LoggedModelStatus.READY]
    if not ready:
        raise RegistryError(f"run {run_id} logged no model named {_MODEL!r}; train it again")
    # MLflow lists outputs in no order, and a training that was retried may have logged its model twice.
    return str(max(ready, key=lambda model: model.creation_timestamp).model_id)


def _only_version(client: MlflowClient, model: str, run_id: str) -> ModelVersionRef | None:
    """Keep the first version of a run and delete those that were registered at the same moment.

    Numbers are given in the order of creation, so whoever made a later one sees the first; and only a version with this
    registration's tag and without an alias is deleted.
    """
    found = _versions(client, model, run_id)
    for later in found[1:]:
        try:
            version = client.get_model_version(model, str(later.version))
            if FINGERPRINT_TAG in version.tags and not version.aliases:
                client.delete_model_version(model, str(later.version))
        except MlflowException as error:
            # The other registration has deleted it already.
            if error.error_code != ABSENT:
                raise
    return found[0] if found else None


def _versions(client: MlflowClient, model: str, run_id: str) -> list[ModelVersionRef]:
    found = client.search_model_versions(f"name = '{model}' and run_id = '{run_id}'")
    return sorted(map(_ref, found), key=lambda ref: ref.version)


def _ref(found: Any) -> ModelVersionRef:
    return ModelVersionRef(name=found.name, version=int(found.version), run_id=found.run_id or "")


def _log(run_id: str, file: str, content: dict[str, Any]) -> None:
    with answering(f"run {run_id}"):
        try:
            open_client().log_text(run_id, canonical_json(content), file)
        except MlflowException:
            raise
        except Exception as error:
            # Every artifact store raises the errors of its own client library.
            raise UnavailableError(f"the artifact store of run {run_id} does not take {file}") from error
