"""What has to be true of an installation in which somebody killed processes, read from its stores alone."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from mlflow import MlflowClient
from mlflow.entities import ViewType

from include.data.shelf import Manifest
from include.domain.fingerprint import Fingerprint
from include.registry import aliases
from include.registry.entry import read_entry
from include.storage.store import Store

PARENT = "mlflow.parentRunId"


def stored_objects_that_are_not_whole(store: Store) -> list[str]:
    """Return the keys of objects of which only a part is there, each with what is amiss."""
    found = []
    for key in store.keys(""):
        try:
            _read(store, key)
        except Exception as error:
            found.append(f"{key}: {type(error).__name__}: {error}")
    return found


def _read(store: Store, key: str) -> None:
    content = store.read(key)
    assert content, "empty"
    if key.endswith(".parquet"):
        pq.read_table(store.local_copy(key))
    elif key.startswith("ledger/"):
        read_entry(key, content)
    elif key.startswith("steps/"):
        named = Path(key).stem
        assert named in ("latest", Fingerprint(parts=json.loads(content)["fingerprint"]).value)
    elif key.endswith("manifest.json"):
        _check_snapshot(store, key, json.loads(content))
    elif key.endswith(".json"):
        json.loads(content)
    else:
        assert key.endswith("index.html")
        assert content.rstrip().endswith(b"</html>")


def _check_snapshot(store: Store, key: str, manifest: dict[str, object]) -> None:
    folder = key.rpartition("/")[0]
    assert manifest["fingerprint"] == folder.rpartition("/")[2]
    path = store.local_copy(f"{folder}/data.parquet")
    assert pq.read_metadata(path).num_rows == manifest["rows"]
    if folder.startswith("snapshots/") and "parent" not in manifest and "reused" not in manifest:
        Manifest.model_validate({name: manifest[name] for name in Manifest.model_fields if name in manifest})
    assert duckdb.sql(f"SELECT count(*) FROM read_parquet('{path}')").fetchall()[0][0] == manifest["rows"]


def amiss_in_mlflow(client: MlflowClient, store: Store, model: str) -> list[str]:
    """Return what an interruption has left in MLflow and in the ledger of a model."""
    experiment = client.get_experiment_by_name(model)
    assert experiment is not None
    runs = list(client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL, max_results=1000))
    found = [f"run {run.info.run_id} is {run.info.status}" for run in runs if run.info.status == "RUNNING"]
    active = [run for run in runs if run.info.lifecycle_stage == "active" and PARENT not in run.data.tags]
    if [run.info.status for run in active] != ["FINISHED"]:
        found.append(f"runs are {[(run.info.run_id, run.info.status) for run in active]}")
    logged = list(client.search_logged_models([experiment.experiment_id]))
    if [each.status.value for each in logged] != ["READY"]:
        found.append(f"logged models are {[(each.model_id, each.status.value) for each in logged]}")
    if active and [output.model_id for output in active[0].outputs.model_outputs] != [each.model_id for each in logged]:
        found.append("the run names another model than the one that is there")
    versions = client.search_model_versions(f"name = '{model}'")
    if [(each.version, each.run_id) for each in versions] != [("1", active[0].info.run_id)]:
        found.append(f"versions are {[(each.version, each.run_id) for each in versions]}")
    held = client.get_registered_model(model)
    if held.aliases != {"challenger": "1", "champion": "1"}:
        found.append(f"aliases are {held.aliases}")
    if versions and versions[0].tags.get("sluice.verdict") != "passed":
        found.append(f"the version's verdict is {versions[0].tags.get('sluice.verdict')}")
    found += aliases.verify(store, model)
    actions = [entry.action for entry in aliases.history(store, model)]
    if actions != ["challenge", "promote"]:
        found.append(f"the ledger holds {actions}")
    return found
