"""Judged versions: a version of a model as a person names it, with the verdict that was reached about it."""

from __future__ import annotations

from typing import Any

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from include.domain.errors import RegistryError
from include.domain.evidence import Evidence
from include.domain.record import Record
from include.domain.references import ModelVersionRef
from include.domain.verdict import Verdict
from include.mlflow_server import ABSENT, answering, open_client
from include.registry.mlflow_registry import VERDICT_DIGEST_TAG
from include.registry.versions import read_judged_evidence, read_verdict


class JudgedVersion(Record):
    """A version and what was decided about it.

    Parameters
    ----------
    version : ModelVersionRef
    aliases : tuple of str
        That point at it now.
    verdict : Verdict
        The one recorded last.
    evidence : Evidence or None
        What it was reached on, where that was kept.
    """

    version: ModelVersionRef
    aliases: tuple[str, ...]
    verdict: Verdict
    evidence: Evidence | None


def read_judged_version(model: str, which: str | None) -> JudgedVersion:
    """Return a version with the verdict recorded last about it.

    Parameters
    ----------
    model : str
    which : str, optional
        A number, or an alias; the newest version that was judged if left out.

    Raises
    ------
    RegistryError
        If there is no such model or version, or it was never judged.
    """
    with answering(model):
        client = open_client()
        known = _known(client, model)
        found = _newest_judged(client, model) if which is None else _named(client, model, which, known)
    version = ModelVersionRef(name=model, version=int(found.version), run_id=found.run_id or "")
    verdict = read_verdict(version)
    if verdict is None:
        raise RegistryError(f"{model} version {version.version} was never judged: {_judges(model)}")
    return JudgedVersion(
        version=version,
        aliases=tuple(sorted(alias for alias, number in known.items() if int(number) == version.version)),
        verdict=verdict,
        evidence=read_judged_evidence(version),
    )


def version_of_number(model: str, number: int) -> ModelVersionRef:
    """Return a version by its number.

    Raises
    ------
    RegistryError
        Where there is no such model or version, or none any more.
    """
    with answering(model):
        client = open_client()
        found = _named(client, model, str(number), _known(client, model))
    return ModelVersionRef(name=model, version=int(found.version), run_id=found.run_id or "")


def _known(client: MlflowClient, model: str) -> dict[str, str]:
    """Return the aliases of a model, with the version of each."""
    try:
        return dict(client.get_registered_model(model).aliases)
    except MlflowException as error:
        if error.error_code != ABSENT:
            raise
        names = ", ".join(sorted(found.name for found in client.search_registered_models())) or "none"
        raise RegistryError(
            f"no model {model!r} in the registry, which holds: {names}. Run the DAG {model}.training, or sluice run"
        ) from error


def _newest_judged(client: MlflowClient, model: str) -> Any:
    versions = client.search_model_versions(f"name = '{model}'")
    judged = [found for found in versions if found.tags.get(VERDICT_DIGEST_TAG)]
    if not judged:
        raise RegistryError(f"no version of {model} was judged yet: {_judges(model)}")
    return max(judged, key=lambda found: int(found.version))


def _named(client: MlflowClient, model: str, which: str, aliases: dict[str, str]) -> Any:
    number = which if which.isdecimal() else aliases.get(which)
    if number is None:
        known = ", ".join(f"@{alias}" for alias in sorted(aliases)) or "none"
        raise RegistryError(
            f"{model} has no alias {which!r}; expected a version number, or one of its aliases: {known}"
        )
    try:
        return client.get_model_version(model, number)
    except MlflowException as error:
        if error.error_code != ABSENT:
            raise
        numbers = sorted(int(found.version) for found in client.search_model_versions(f"name = '{model}'"))
        known = ", ".join(map(str, numbers)) or "none"
        raise RegistryError(f"{model} has no version {number}; expected one of {known}") from error


def _judges(model: str) -> str:
    return f"the DAG {model}.promotion does that, and sluice run {model}"
