"""Every test gets an empty state folder of its own, and libraries that neither phone home nor fight for cores."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.update(
    SLUICE_HOME=tempfile.mkdtemp(prefix="sluice-tests-"),
    OMP_NUM_THREADS="1",
    OPENBLAS_NUM_THREADS="1",
    MLFLOW_DISABLE_TELEMETRY="true",
    GX_ANALYTICS_ENABLED="false",
    DO_NOT_TRACK="1",
    AIRFLOW_HOME=str(Path(tempfile.gettempdir(), "sluice-tests-airflow")),
)

# A busy machine is slow, which says nothing about what examples show; and a run of CI can be repeated as it was.
PATIENCE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ)
settings.register_profile("patient", PATIENCE)
settings.load_profile("patient")


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None]:
    """Load the libraries of all tests as fast as they can be loaded, because every worker loads them."""
    gc.disable()
    if [Path(folder).name for folder in session.config.args] == session.config.getini("testpaths"):
        # It asks every module that is loaded by then for its functions: first in, it asks few.
        import skops.io  # noqa: F401
    yield
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where every server is said to be there, a test that skips for want of one has failed."""
    report = yield
    required = os.environ.get("SLUICE_REQUIRE_SERVICES") == "true" and item.get_closest_marker("docker") is None
    if report.skipped and required and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report
