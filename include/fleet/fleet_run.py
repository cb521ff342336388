"""The MLflow run of a fleet: one run, one model and a handful of requests, whatever the number of its segments."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from include.domain.evidence import Evidence
from include.domain.fleet import FleetPlan
from include.domain.fleet_summary import summarise
from include.domain.references import RunRef
from include.fleet.assembly import Assembly
from include.fleet.report import write_report, write_table
from include.storage.store import Store, key_of
from include.training.description import dataset_input, describing_parameters
from include.training.features import feature_frame
from include.training.fleet_answers import write_answers
from include.training.fleet_files import save_fleet
from include.training.fleet_model import FleetModel
from include.training.model_files import as_example, model_of, requirements_of, signature_of, write_model
from include.training.models import BASELINE, MODEL
from include.training.run_files import (
    ANSWERS_FILE,
    DATASET_FILE,
    FLEET_FOLDER,
    FLEET_REPORT_FILE,
    FLEET_SUMMARY_FILE,
    HOLDOUT_ROWS_FILE,
    IMPORTANCES_FILE,
    PLAN_FILE,
    SEGMENTS_FILE,
    SPEC_FILE,
    TRAINED_ROWS_FILE,
    write_hashes,
)
from include.training.tracked_run import TrackedRun
from include.training.tracking import holdout_rows, log_check, read_file, trained_dataset


def log_fleet(run: TrackedRun, assembly: Assembly, fleet: FleetModel, data: Path, evidence: Evidence) -> None:
    """Log a fleet to its run, and name it as the run's model.

    Parameters
    ----------
    run : TrackedRun
    assembly : Assembly
    fleet : FleetModel
        As it was read back from `data`.
    data : Path
        Files of the fleet.
    evidence : Evidence
        What became of the segments; its numbers become metrics.
    """
    spec, estimator = assembly.spec, assembly.pooled.model
    with tempfile.TemporaryDirectory(prefix="sluice-") as scratch:
        files = Path(scratch)
        _write_files(assembly, files)
        model_id, model_bytes = _upload(run, assembly, fleet, data)
        run.client.log_artifacts(run.run_id, str(files))
    run.client.log_inputs(run.run_id, [dataset_input(spec, assembly.plan.dataset)])
    numbers = {o.name: o.value for o in evidence.observations if o.value is not None}
    numbers |= {"training_rows": len(assembly.trained_on()), "holdout_rows": len(assembly.holdout)}
    parameters = {**describing_parameters(spec, estimator), "segment_by": ", ".join(spec.segment_columns)}
    run.log_values(
        parameters, {**numbers, "model_bytes": model_bytes}, {"sluice.pooled_run": assembly.plan.pooled_run.run_id}
    )
    run.commit(model_id)


def log_checks(run: RunRef, plan: FleetPlan, checks: Mapping[str, dict[str, Any]], store: Store) -> None:
    """Keep with a fleet's run what the checks of its data found; a run of before keeps those of its own data.

    Parameters
    ----------
    run : RunRef
    plan : FleetPlan
        Names the clean rows.
    checks : mapping of str to dict
        Results of the checks as JSON, by their names.
    store : Store
        Holds their pages.
    """
    if trained_dataset(run.run_id).fingerprint != plan.dataset.fingerprint:
        return
    for name, result in checks.items():
        log_check(run, name, result, store.read(key_of(store, result["docs"]["uri"])))


def _write_files(assembly: Assembly, files: Path) -> None:
    spec, plan, results = assembly.spec, assembly.plan, assembly.outcome.results
    text = yaml.safe_dump(spec.to_json(), sort_keys=False, allow_unicode=True)
    (files / FLEET_FOLDER).mkdir()
    (files / SPEC_FILE).write_text(text, encoding="utf-8")
    (files / DATASET_FILE).write_text(plan.dataset.model_dump_json(indent=2), encoding="utf-8")
    (files / PLAN_FILE).write_text(plan.model_dump_json(indent=1), encoding="utf-8")
    shutil.copyfile(read_file(plan.pooled_run, IMPORTANCES_FILE), files / IMPORTANCES_FILE)
    write_hashes(assembly.trained_on(), files / TRAINED_ROWS_FILE)
    write_hashes(holdout_rows(plan.pooled_run.run_id), files / HOLDOUT_ROWS_FILE)
    write_answers(assembly.outcome.answers, files / ANSWERS_FILE)
    write_table(results, files / SEGMENTS_FILE)
    write_report(spec, results, files / FLEET_REPORT_FILE)
    (files / FLEET_SUMMARY_FILE).write_text(summarise(results).model_dump_json(), encoding="utf-8")
    write_model(files / BASELINE, spec, assembly.pooled.baseline)


def _upload(run: TrackedRun, assembly: Assembly, fleet: FleetModel, data: Path) -> tuple[str, int]:
    spec, features = assembly.spec, feature_frame(fleet.columns, assembly.frame.head(5))
    logged = run.client.create_logged_model(run.experiment_id, name=MODEL, source_run_id=run.run_id)
    with tempfile.TemporaryDirectory(prefix="sluice-") as scratch:
        folder = Path(scratch, MODEL)
        save_fleet(
            folder,
            data,
            mlflow_model=model_of(logged, run),
            signature=signature_of(spec, fleet, fleet.columns, assembly.frame.head(1)),
            input_example=as_example(fleet.columns, features),
            pip_requirements=requirements_of(spec),
        )
        run.client.log_model_artifacts(logged.model_id, str(folder))
    run.client.finalize_logged_model(logged.model_id, "READY")
    return logged.model_id, sum(file.stat().st_size for file in data.iterdir())
