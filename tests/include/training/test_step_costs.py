from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest

from include.training.step_costs import StepCosts


def test_seconds_are_those_of_the_wall() -> None:
    costs = StepCosts()
    with costs.of("nap"):
        time.sleep(0.05)
    assert 0.05 <= costs.as_metrics()["nap_seconds"] < 1


def test_memory_is_the_peak_of_the_step_and_not_of_the_process() -> None:
    costs = StepCosts()
    with costs.of("large"):
        assert np.ones(25_000_000).sum() > 0
    with costs.of("small"):
        pass
    large, small = (costs.as_metrics()[f"{step}_peak_memory_bytes"] for step in ("large", "small"))
    assert large - small > 150_000_000


def test_a_step_that_fails_is_measured_too() -> None:
    costs = StepCosts()
    with pytest.raises(ValueError, match="no"), costs.of("fit"):
        raise ValueError("no")
    assert "fit_seconds" in costs.as_metrics()


def test_the_memory_of_whoever_started_a_process_is_not_its_own() -> None:
    held = np.ones(25_000_000)
    tell = "from include.training.step_costs import peak_memory_bytes; print(peak_memory_bytes())"
    started = subprocess.run([sys.executable, "-c", tell], capture_output=True, text=True, check=True)
    assert int(started.stdout) < held.nbytes
