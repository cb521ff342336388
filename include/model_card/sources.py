"""Sources: what a card is made of, read from the version's run, its verdict and the ledger."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from mlflow.exceptions import MlflowException

from include.domain.errors import RegistryError, SluiceError
from include.domain.evidence import Evidence
from include.domain.fleet_summary import FleetSummary
from include.domain.record import Record
from include.domain.references import DatasetRef, ModelVersionRef
from include.domain.spec import ModelSpec
from include.domain.verdict import Verdict
from include.mlflow_server import ABSENT, address, answering, open_client
from include.registry.aliases import history
from include.registry.entry import LedgerEntry
from include.registry.mlflow_registry import MlflowRegistry
from include.registry.versions import current, read_verdict
from include.storage.store import Store
from include.training.tracking import fleet_summary, logged_evidence, read_file, trained_dataset, trained_spec


class Sources(Record):
    """Everything that a card is made of.

    Parameters
    ----------
    version : ModelVersionRef
    spec : ModelSpec
        By which it was trained, whatever the file says by now.
    dataset : DatasetRef
    evidence : Evidence
    verdict : Verdict or None
    checks : dict
        Results of the data checks by their names; what a run lacks is left out.
    tags, parameters : dict of str to str
        Of the run.
    counts : dict of str to float
        Metrics of the run.
    experiment_id : str
    made : datetime
    aliases : dict of str to int
    tracking : str
        Where MLflow is, without user and password.
    entries : tuple of LedgerEntry
        About this version, oldest first.
    segments : FleetSummary or None
        Of a fleet; None for one model.
    """

    version: ModelVersionRef
    spec: ModelSpec
    dataset: DatasetRef
    evidence: Evidence
    verdict: Verdict | None
    checks: dict[str, Any]
    tags: dict[str, str]
    parameters: dict[str, str]
    counts: dict[str, float]
    experiment_id: str
    made: datetime
    aliases: dict[str, int]
    tracking: str
    entries: tuple[LedgerEntry, ...]
    segments: FleetSummary | None = None


def read_sources(version: ModelVersionRef, store: Store) -> Sources:
    """Read what a card is made of.

    Raises
    ------
    SluiceError
        If the run was not trained by this project.
    UnavailableError
        If MLflow or the store does not answer.
    """
    with answering(version.name):
        run = open_client().get_run(version.run_id)
    spec = trained_spec(version.run_id)
    return Sources(
        version=version,
        spec=spec,
        dataset=trained_dataset(version.run_id),
        evidence=logged_evidence(version.run_id),
        verdict=read_verdict(version),
        checks={name: found for name in ("raw", "clean") if (found := _check(version, name))},
        tags=dict(run.data.tags),
        parameters=dict(run.data.params),
        counts=dict(run.data.metrics),
        experiment_id=str(run.info.experiment_id),
        made=datetime.fromtimestamp(run.info.start_time / 1000, UTC),
        aliases=MlflowRegistry().read(version.name).aliases,
        tracking=address(),
        entries=tuple(e for e in history(store, version.name) if e.to_version == version.version),
        segments=fleet_summary(version.run_id) if spec.segment_by else None,
    )


def find_version(name: str) -> ModelVersionRef:
    """Return the version that ``NAME``, ``NAME@7`` or ``NAME@challenger`` means; the champion where none is named.

    Raises
    ------
    RegistryError
        Where there is none.
    """
    model, _, asked = name.partition("@")
    found = _registered(model, int(asked)) if asked.isdigit() else current(model, asked or "champion")
    if found is None:
        raise RegistryError(f"{model} has no {asked or 'champion'}; see `sluice status`, or name a version: {model}@1")
    return found


def _registered(model: str, version: int) -> ModelVersionRef | None:
    with answering(model):
        try:
            found = open_client().get_model_version(model, str(version))
        except MlflowException as error:
            if error.error_code == ABSENT:
                return None
            raise
    return ModelVersionRef(name=model, version=version, run_id=found.run_id or "")


def _check(version: ModelVersionRef, name: str) -> Any:
    try:
        return json.loads(read_file(version, f"checks/{name}.json").read_bytes())
    except SluiceError:
        return None
