"""A fleet on a real scheduler: one task a chunk, one version for all, and poison that stops nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient

from include.bench.fleet_worlds import write_segments
from include.deployment.watching import await_dags, await_promotion
from include.fleet.assembling import latest_results
from include.spec_files.reading import read_spec
from include.storage.store import open_store
from tests.e2e.conftest import PATIENCE_SECONDS, Installation

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]

SEGMENTS, ROWS, POISONED = 12, 300, 3

SPEC = """name: regions
owner: growth
task: regression
data: {{source: "{data}", target: y}}
segment_by: {{columns: [segment], failed_at_most: 0.5, timeout: 20s}}
training:
  build: include.bench.fleet_worlds.build
  parameters: {{max_iter: 20, early_stopping: false}}
  trusted_types: [include.bench.fleet_worlds.Taster]
"""


@pytest.fixture(scope="module")
def data(installation: Installation) -> Iterator[Path]:
    path = installation.data / "regions.parquet"
    write_segments(path, SEGMENTS, ROWS, poisoned=POISONED)
    spec = installation.home.specs / "regions.yaml"
    spec.write_text(SPEC.format(data=path), encoding="utf-8")
    await_dags(installation.api, ["regions.training", "regions.promotion"], PATIENCE_SECONDS)
    yield path
    # The installation is everybody's: whoever comes next finds it as it was.
    spec.unlink()


def test_a_fleet_becomes_the_champion_and_its_poisoned_segments_are_named(
    installation: Installation, data: Path
) -> None:
    run_id = installation.api.trigger("regions.training")
    assert set(installation.run("regions.training", run_id).values()) == {"success"}
    promotion = await_promotion(installation.api, "regions", run_id, PATIENCE_SECONDS)
    assert set(installation.run("regions.promotion", promotion).values()) == {"success"}
    spec = read_spec(installation.home.specs / "regions.yaml")
    results = latest_results(spec, open_store(installation.home.store))
    failed = {name: result.reason for name, result in results.items() if result.outcome == "failed"}
    assert sorted(failed) == ["s00009", "s00010", "s00011"]
    assert [("poison" in why, "died" in why, "timeout" in why) for _, why in sorted(failed.items())] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    registry = MlflowClient(tracking_uri=f"http://127.0.0.1:{installation.ports.mlflow}")
    assert registry.get_model_version_by_alias("regions", "champion").version == "1"


def test_news_about_one_segment_train_one(installation: Installation, data: Path) -> None:
    write_segments(data, SEGMENTS, ROWS, poisoned=POISONED, changed=1)
    run_id = installation.api.trigger("regions.training")
    installation.run("regions.training", run_id)
    spec = read_spec(installation.home.specs / "regions.yaml")
    results = latest_results(spec, open_store(installation.home.store))
    trained = [name for name, result in results.items() if result.trained and result.outcome != "failed"]
    assert trained == ["s00000"]
    chunks = [t for t in installation.api.tasks("regions.training", run_id) if t["task_id"] == "train_segments"]
    assert 1 < len(chunks) < SEGMENTS
