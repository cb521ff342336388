"""Where the tasks of the crash tests stand still: five rounds for everybody who may be killed."""

from __future__ import annotations

from tests.e2e.crashable import Halt

STORE, STEPS = "include.storage.folder:FolderStore", "include.storage.steps:StepRecords"
CLIENT, LEDGER = "mlflow.tracking.client:MlflowClient", "include.registry.ledger:Ledger"
REGISTRY, RUN = "include.registry.mlflow_registry:MlflowRegistry", "include.training.tracked_run"

Place = tuple[str, str, str, int]
"""Task, function, before or after it, at which of its calls in one try."""

POINTS: dict[str, tuple[Place, ...]] = {
    "snapshot": (
        ("snapshot_data", f"{STORE}.upload", "before", 1),
        ("snapshot_data", f"{STORE}._finish", "before", 1),
        ("snapshot_data", f"{STORE}.upload", "after", 1),
        ("snapshot_data", f"{STEPS}.remember", "before", 1),
        ("snapshot_data", "plugins.operators.snapshot_data:SnapshotDataOperator.execute", "after", 1),
    ),
    "check": (
        ("check_data", "include.quality.asking:judge_rows", "after", 1),
        ("check_data", f"{STORE}.upload", "after", 1),
        ("check_data", f"{STORE}._finish", "before", 3),
        ("check_data", "include.quality.data_docs:render_page", "before", 1),
        ("check_data", "plugins.operators.check_data:CheckDataOperator.execute", "after", 1),
    ),
    "fit": (
        ("train_model", f"{RUN}:attach", "after", 1),
        ("train_model", "include.training.fitting:fit", "before", 1),
        ("train_model", "include.training.fitting:fit", "after", 1),
        ("train_model", "include.training.trials:NestedRuns.record", "after", 2),
        ("train_model", f"{CLIENT}.set_terminated", "before", 1),
    ),
    "log": (
        ("train_model", f"{CLIENT}.log_model_artifacts", "before", 1),
        ("train_model", f"{CLIENT}.finalize_logged_model", "before", 1),
        ("train_model", f"{CLIENT}.log_artifacts", "after", 1),
        ("train_model", f"{RUN}:TrackedRun.commit", "before", 1),
        ("train_model", f"{RUN}:TrackedRun.finish", "before", 1),
    ),
    "register": (
        ("register_model", f"{CLIENT}.log_text", "after", 1),
        ("register_model", f"{CLIENT}.create_registered_model", "after", 1),
        ("register_model", f"{CLIENT}._create_model_version", "after", 1),
        ("register_model", f"{CLIENT}.update_model_version", "after", 1),
        ("register_model", "plugins.operators.register_model:RegisterModelOperator.execute", "after", 1),
    ),
    "alias": (
        ("register_model", f"{LEDGER}.append", "after", 1),
        ("promote_model", f"{LEDGER}.append", "after", 1),
        ("register_model", f"{REGISTRY}.point", "after", 1),
        ("promote_model", f"{REGISTRY}.point", "after", 1),
        ("promote_model", "plugins.operators.promote_model:PromoteModelOperator.execute", "after", 1),
    ),
}

ANYWHERE: tuple[Place, ...] = (
    POINTS["snapshot"][2],
    POINTS["check"][0],
    POINTS["fit"][2],
    POINTS["log"][1],
    POINTS["register"][2],
)
"""Five moments of a run at which somebody else than the task is killed."""

TRACKING: tuple[Place, ...] = (
    POINTS["fit"][0],
    POINTS["log"][0],
    POINTS["log"][3],
    POINTS["register"][1],
    POINTS["alias"][1],
)
"""Five moments at which the task is about to ask MLflow for something."""

TUNED = frozenset({4, 5})
"""Rounds whose model is tuned, so that they have trials to be interrupted in."""


def halt(model: str, name: str, place: Place) -> Halt:
    """Return the halt of a model at a place."""
    task, function, when, call = place
    kind = "promotion" if task == "promote_model" else "training"
    return Halt(name, model, f"{model}.{kind}", task, function, when, call)


TASK_HALTS = [
    halt(f"round_{number}", f"{point}_{number}", place)
    for point, places in POINTS.items()
    for number, place in enumerate(places, start=1)
]
SUPERVISOR_HALTS = [halt(f"supervisor_{i}", f"supervisor_{i}", place) for i, place in enumerate(ANYWHERE, start=1)]
SCHEDULER_HALTS = [halt(f"scheduler_{i}", f"scheduler_{i}", place) for i, place in enumerate(ANYWHERE, start=1)]
MLFLOW_HALTS = [halt(f"mlflow_{i}", f"mlflow_{i}", place) for i, place in enumerate(TRACKING, start=1)]
DATABASE_HALTS = [
    halt(f"database_{i}", f"database_{i}", place)
    for i, place in enumerate((*ANYWHERE[:3], TRACKING[1], TRACKING[4]), start=1)
]
STOPPED_HALTS = [halt(f"stopped_{i}", f"stopped_{i}", place) for i, place in enumerate(ANYWHERE[::3], start=1)]
LATE_HALTS = [halt(f"late_{i}", f"late_{i}", place) for i, place in enumerate(ANYWHERE[::3], start=1)]
WORKER_HALTS = [halt(f"worker_{i}", f"worker_{i}", place) for i, place in enumerate(ANYWHERE[2::2], start=1)]
"""On Celery, in an installation of their own."""

EVERY_HALT = [
    *TASK_HALTS,
    *SUPERVISOR_HALTS,
    *SCHEDULER_HALTS,
    *MLFLOW_HALTS,
    *DATABASE_HALTS,
    *STOPPED_HALTS,
    *LATE_HALTS,
]
