from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from include.serving.prediction_log import PredictionLog
from include.serving.reading import read_predictions
from include.serving.window_scoring import score_window
from include.storage.folder import FolderStore
from tests.integration.scored import Trained, a_customer_spec, customers, month, write

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]

SCORE = """
import sys, time
from pathlib import Path
from include.domain.spec import ModelSpec
from include.serving.window_scoring import score_window
from include.storage.folder import FolderStore
from tests.integration.scored import month

def told(done, total):
    print(done, flush=True)
    time.sleep(0.2)

spec = ModelSpec.model_validate_json(sys.argv[1])
score_window(spec, FolderStore(Path(sys.argv[2])), month(2), folder=Path("."), told=told)
"""


def test_after_a_kill_in_the_middle_and_a_retry_every_row_is_predicted_once(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    spec = a_customer_spec(write(tmp_path / "customers.csv", 1, 2), scoring={"chunk_rows": 20})
    store = FolderStore(folder)
    Trained.on(spec, store, month(1))
    command = [sys.executable, "-c", SCORE, spec.model_dump_json(), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        assert process.stdout is not None
        assert [int(process.stdout.readline()) for _ in range(3)] == [20, 40, 60]
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    log = PredictionLog(store, spec.name)
    assert log.sets() == []
    written = {key: store.read(key) for key in store.keys("predictions/churn/parts/")}
    assert len(written) in (3, 4)
    scored = score_window(spec, store, month(2), folder=tmp_path)
    assert (scored.reused, scored.predictions.rows) == (False, 300)
    ids = read_predictions(store, spec.name, month(2)).column("row_id").to_pylist()
    assert sorted(ids) == sorted(customers(2).customer)
    # What the killed process had finished was taken over, byte by byte.
    assert {key: store.read(key) for key in written} == written
    assert len(store.keys("predictions/churn/parts/")) == 15
