"""Every test gets an empty state folder of its own, and libraries that neither phone home nor fight for cores."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.update(
    SLUICE_HOME=tempfile.mkdtemp(prefix="sluice-tests-"),
    OMP_NUM_THREADS="1",
    OPENBLAS_NUM_THREADS="1",
    MLFLOW_DISABLE_TELEMETRY="true",
    GX_ANALYTICS_ENABLED="false",
    DO_NOT_TRACK="1",
    AIRFLOW_HOME=str(Path(tempfile.gettempdir(), "sluice-tests-airflow")),
)
