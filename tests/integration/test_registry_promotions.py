"""Ten processes that promote at once, one that is killed half way, and a rollback against the clock."""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from include.cli import app
from include.deployment.home import Home
from include.domain.errors import StaleVerdictError
from include.registry.aliases import history, move_alias, reconcile, record_decision, roll_back, verify
from include.registry.entry import entry_key
from include.registry.mlflow_registry import MlflowRegistry
from include.registry.versions import current
from include.storage.store import Store, open_store
from tests.integration.registered import a_judged_version, a_verdict

pytestmark = pytest.mark.integration

PROCESSES = 10
MODEL = "adult"


@pytest.fixture(params=["folder", "bucket"])
def ledger_uri(request: pytest.FixtureRequest, mlflow_store: str, tmp_path: Path) -> str:
    if request.param == "folder":
        return f"file://{tmp_path}/store"
    return f"s3://{request.getfixturevalue('s3_bucket')}/house"


@pytest.fixture
def store(ledger_uri: str) -> Store:
    return open_store(ledger_uri)


def _promote(store: Store, version: int, judged_against: int | None) -> int:
    entry = move_alias(
        store,
        MODEL,
        "champion",
        version,
        action="promote",
        actor=f"process {os.getpid()}",
        reason="gate model passed",
        verdict=a_verdict(version),
        judged_against=judged_against,
    )
    return entry.position


def _promote_judging_again(store: Store, version: int) -> int:
    while True:
        champion = current(MODEL, "champion")
        try:
            return _promote(store, version, champion.version if champion else None)
        except StaleVerdictError:
            continue


def _promote_as_first(store: Store, version: int) -> int:
    try:
        return _promote(store, version, None)
    except StaleVerdictError:
        return 0


def _promote_or_refuse(store: Store, version: int) -> int:
    """Promote odd versions; let a person refuse even ones, twice, as a retried task does."""
    if version % 2:
        return _promote_judging_again(store, version)
    asked: Any = {"action": "reject", "actor": "grace", "reason": "too old", "run": f"adult.promotion/{version}"}
    first, again = (record_decision(store, MODEL, version, verdict=a_verdict(version), **asked) for _ in range(2))
    assert first == again
    return first.position


def _promote_and_be_killed(store: Store, version: int) -> int:
    def killed(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    MlflowRegistry.point = killed  # type: ignore[method-assign]
    return _promote(store, version, 1)


def _process(
    work: Callable[[Store, int], int], uri: str, version: int, environment: dict[str, str], lines: Any
) -> None:
    start, positions = lines
    os.environ.update(environment)
    store = open_store(uri)
    current(MODEL, "champion")
    start.wait()
    positions.put(work(store, version))


def _at_once(work: Callable[[Store, int], int], uri: str, versions: list[int]) -> list[int]:
    """Run the work in a process for each version, all let go at the same moment; return what each returned."""
    context = mp.get_context("forkserver")
    context.set_forkserver_preload([__name__, "mlflow.sklearn", "boto3"])
    lines = context.Barrier(len(versions)), context.Queue()
    environment = dict(os.environ)
    processes = [context.Process(target=_process, args=(work, uri, v, environment, lines)) for v in versions]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=120)
    return [lines[1].get(timeout=5) for process in processes if process.exitcode == 0]


def test_ten_promotions_at_once_win_a_position_each(ledger_uri: str, store: Store) -> None:
    versions = [a_judged_version().version for _ in range(PROCESSES)]
    positions = _at_once(_promote_judging_again, ledger_uri, versions)
    assert sorted(positions) == list(range(1, PROCESSES + 1))
    assert verify(store, MODEL) == []
    champion = current(MODEL, "champion")
    assert champion is not None
    assert champion.version == history(store, MODEL)[-1].to_version
    assert sorted(entry.to_version or 0 for entry in history(store, MODEL)) == versions


def test_promotions_and_refusals_at_once_win_a_position_each_and_no_refused_version_becomes_champion(
    ledger_uri: str, store: Store
) -> None:
    versions = [a_judged_version().version for _ in range(PROCESSES)]
    positions = _at_once(_promote_or_refuse, ledger_uri, versions)
    assert sorted(positions) == list(range(1, PROCESSES + 1))
    assert verify(store, MODEL) == []
    told = {entry.to_version: entry.action for entry in history(store, MODEL)}
    assert told == {version: "promote" if version % 2 else "reject" for version in versions}
    champion = current(MODEL, "champion")
    assert champion is not None
    assert champion.version % 2 == 1


def test_of_ten_promotions_judged_against_the_same_champion_one_wins(ledger_uri: str, store: Store) -> None:
    versions = [a_judged_version().version for _ in range(PROCESSES)]
    positions = _at_once(_promote_as_first, ledger_uri, versions)
    assert sorted(positions) == [0] * (PROCESSES - 1) + [1]
    assert len(history(store, MODEL)) == 1
    assert verify(store, MODEL) == []


def test_a_process_killed_between_ledger_and_alias_is_made_good(ledger_uri: str, store: Store) -> None:
    first, second = a_judged_version().version, a_judged_version().version
    _promote(store, first, None)
    assert _at_once(_promote_and_be_killed, ledger_uri, [second]) == []
    assert [entry.to_version for entry in history(store, MODEL)] == [first, second]
    assert current(MODEL, "champion").version == first  # type: ignore[union-attr]
    assert verify(store, MODEL) == [
        f"{entry_key(MODEL, 2)} lets champion point at version 2, but in MLflow it points at version 1"
    ]
    reconcile(store, MODEL)
    assert current(MODEL, "champion").version == second  # type: ignore[union-attr]
    assert verify(store, MODEL) == []


def test_a_retried_promotion_finishes_what_the_killed_one_began(ledger_uri: str, store: Store) -> None:
    first, second = a_judged_version().version, a_judged_version().version
    _promote(store, first, None)
    _at_once(_promote_and_be_killed, ledger_uri, [second])
    assert _promote(store, second, first) == 2
    assert len(history(store, MODEL)) == 2
    assert verify(store, MODEL) == []


def test_one_changed_byte_of_an_old_entry_is_named(ledger_uri: str, store: Store) -> None:
    first, second = a_judged_version().version, a_judged_version().version
    _promote(store, first, None)
    _promote(store, second, first)
    key = entry_key(MODEL, 1)
    content = store.read(key)
    for changed in (content.replace(b"gate", b"Gate"), content[:-1] + b" ", content + b"\n"):
        store.put(key, changed)
        assert [problem.split()[0] for problem in verify(store, MODEL)] == [key]
    store.put(key, content)
    assert verify(store, MODEL) == []


def test_a_rollback_takes_less_than_five_seconds(
    ledger_uri: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = a_judged_version().version, a_judged_version().version
    _promote(store, first, None)
    _promote(store, second, first)
    began = time.perf_counter()
    entry = roll_back(store, MODEL, to=None, actor="ada", reason="complaints")
    took = time.perf_counter() - began
    with capsys.disabled():
        print(f"\nrollback with the ledger in {store.uri.partition('://')[0]}: {took:.3f} s")  # noqa: T201
    assert entry.to_version == first
    assert current(MODEL, "champion").version == first  # type: ignore[union-attr]
    assert took < 5


def test_an_alias_moved_by_hand_is_put_back_by_the_command_line_and_that_is_written_down(
    mlflow_store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICE_HOME", str(tmp_path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_store)
    store = open_store(Home.from_environment().store)
    first, second = a_judged_version(), a_judged_version()
    _promote(store, first.version, None)
    MlflowRegistry().point(MODEL, "champion", second.version)

    def repair() -> Result:
        return CliRunner().invoke(app, ["repair", MODEL, "--reason", "moved in the MLflow page"])

    said = repair()
    assert f"champion of adult points at version {first.version} again (ledger entry 2)" in said.stdout
    assert history(store, MODEL)[-1].reason == "moved in the MLflow page"
    assert verify(store, MODEL) == []
    assert "every alias is where the ledger has it" in repair().stdout
