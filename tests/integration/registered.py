"""A trained and registered model for tests of the registry: real runs, real versions, verdicts that passed."""

from __future__ import annotations

import mlflow
import numpy as np
from sklearn.linear_model import LogisticRegression

from include.domain.evidence import Evidence, Interval, Observation
from include.domain.references import ModelVersionRef, RunRef
from include.domain.verdict import Outcome, Reason, Verdict
from include.registry.versions import record_verdict, register_candidate
from tests.specs import a_spec

SPEC = a_spec(name="adult", description="Who earns more")
EVIDENCE = Evidence(
    subject="adult run",
    observations=(
        Observation(
            name="roc_auc",
            value=0.91,
            n=500,
            interval=Interval(low=0.9, high=0.92, confidence=0.95, method="percentile bootstrap"),
        ),
    ),
)


def a_run(name: str = "model") -> RunRef:
    """Train a model of two rows in a run of its own."""
    with mlflow.start_run() as run:
        pass
    log_a_model(run.info.run_id, name)
    return RunRef(run_id=run.info.run_id, experiment_id=run.info.experiment_id, fingerprint="f" * 64)


def log_a_model(run_id: str, name: str = "model") -> str:
    """Log a model under a run, and return its id."""
    estimator = LogisticRegression().fit(np.array([[0.0], [1.0]]), [0, 1])
    with mlflow.start_run(run_id=run_id):
        logged = mlflow.sklearn.log_model(estimator, name=name, pip_requirements=["scikit-learn"])
    return str(logged.model_id)


def a_verdict(version: int, outcome: Outcome = "passed", detail: str = "") -> Verdict:
    """Return what the model gate might say about a version."""
    reason = Reason(requirement="roc_auc", outcome=outcome, asked="at least 0.8", seen="0.91", detail=detail)
    return Verdict(gate="model", subject=f"adult version {version}", outcome=outcome, reasons=(reason,))


def a_judged_version() -> ModelVersionRef:
    """Train and register a model, and store a verdict that passed with it."""
    version = register_candidate(SPEC, a_run(), EVIDENCE)
    record_verdict(version, a_verdict(version.version))
    return version
