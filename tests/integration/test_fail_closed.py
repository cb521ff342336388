"""Promotions fail closed on real servers: every function that supplies evidence, and every byte that it rests on."""

from __future__ import annotations

import ast
import importlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient

from include.deployment.home import PROJECT
from include.registry.aliases import roll_back
from include.registry.mlflow_registry import VERDICT_DIGEST_TAG
from include.registry.versions import EVIDENCE_DIGEST_TAG
from include.storage.store import open_store
from plugins.hooks.house import HouseHook
from tests.integration.promotion import World, write_customers

pytestmark = pytest.mark.integration

OPERATORS = ("read_challenger", "compare_models", "gate", "promote_model")
STEPS = ("include/judging/candidates.py", *(f"plugins/operators/{name}.py" for name in OPERATORS))
SUPPLIES_NOTHING = {"reconcile", "record_verdict"}
"""Functions that act and whose answer nobody reads. A verdict need not be recorded twice if it is the same again."""


@pytest.fixture(scope="module")
def world(empty_mlflow_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    import mlflow

    folder = tmp_path_factory.mktemp("promotion")
    store = open_store(str(folder / "store"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{shutil.copy(empty_mlflow_database, folder / 'mlflow.db')}")
        patch.setattr(mlflow.tracking._tracking_service.utils, "_tracking_uri", None)
        patch.setattr(HouseHook, "store", lambda hook: store)
        # A card that cannot be written stops nothing.
        for operator in ("gate", "promote_model"):
            patch.setattr(f"plugins.operators.{operator}.renew_card", lambda *_: None)
        yield World.of(write_customers(folder / "churn.csv"), store)


def seams() -> list[tuple[str, str]]:
    """Return every function of include that the steps of a promotion call, found in their imports."""
    found = set()
    for step in STEPS:
        tree = ast.parse((PROJECT / step).read_text(encoding="utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for node in (node for node in ast.walk(function) if isinstance(node, ast.ImportFrom)):
                # The domain has words and decisions; what it says is no news of the world.
                if str(node.module).startswith("include.") and not str(node.module).startswith("include.domain."):
                    found |= {(str(node.module), alias.name) for alias in node.names}
    return sorted(found)


def test_a_seam_that_raises_or_says_nothing_promotes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[tuple[str, str]] = set()
    with monkeypatch.context() as watching:
        for module, name in seams():
            watching.setattr(f"{module}.{name}", _watched(module, name, used))
        world.promote()
    assert world.state()[0] == world.challenger
    roll_back(world.store, world.spec.name, to=1, actor="ada", reason="once more")
    assert len(used) >= 12
    opened = []
    for module, name in sorted(used):
        for what, instead in (("raises", _raises), ("nothing", lambda *_, **__: None)):
            if what == "nothing" and name in SUPPLIES_NOTHING:
                continue
            with monkeypatch.context() as broken:
                broken.setattr(f"{module}.{name}", instead)
                if world.refusal() is None:
                    opened.append(f"{name}: {what}")
                    roll_back(world.store, world.spec.name, to=1, actor="ada", reason="once more")
    assert opened == []


@pytest.mark.parametrize(
    "which", ["evidence", "training rows", "holdout rows", "champion's rows", "dataset", "raw check"]
)
@pytest.mark.parametrize("bad", [None, b"", b"{}", b"[]", b"\xff\x00", b"null"])
def test_a_file_that_is_not_what_was_logged_promotes_nothing(world: World, which: str, bad: bytes | None) -> None:
    version = world.champion if which.startswith("champion") else world.challenger
    name = {
        "evidence": "evidence/evidence.json",
        "training rows": "rows/training.parquet",
        "holdout rows": "rows/holdout.parquet",
        "champion's rows": "rows/training.parquet",
        "dataset": "dataset.json",
        "raw check": "checks/raw.json",
    }[which]
    with _changed(_file(version.run_id, name), lambda _: bad):
        assert world.refusal() is not None


@pytest.mark.parametrize(
    ("old", "new"), [(b'"value":0.', b'"value":1.'), (b'"n":', b'"n":1'), (b'"detail":"', b'"detail":"x')]
)
def test_evidence_that_was_touched_up_promotes_nothing(world: World, old: bytes, new: bytes) -> None:
    with _changed(_file(world.challenger.run_id, "evidence/evidence.json"), lambda was: was.replace(old, new, 1)):
        said = world.refusal()
    assert said is not None
    assert "evidence/evidence.json" in said
    assert "was changed since it was recorded" in said


@pytest.mark.parametrize("kind", ["verdict", "evidence"])
@pytest.mark.parametrize("bad", [None, b"", b"{}", b"\xff", b"touched up"])
def test_a_verdict_or_its_evidence_that_was_changed_before_the_move_promotes_nothing(
    world: World, bad: bytes | None, kind: str
) -> None:
    def content(was: bytes) -> bytes | None:
        return was.replace(b'":"', b'":"9', 1) if bad == b"touched up" else bad

    changed: list[Any] = []

    def change() -> None:
        folder = _file(world.challenger.run_id, "verdicts")
        stored = [file for file in folder.iterdir() if file.name.startswith("evidence-") == (kind == "evidence")]
        newest = max(stored, key=lambda file: file.stat().st_mtime_ns)
        context = _changed(newest, content)
        context.__enter__()
        changed.append(context)

    try:
        assert world.refusal(between=change) is not None
    finally:
        for context in changed:
            context.__exit__(None, None, None)


@pytest.mark.parametrize("tag", [EVIDENCE_DIGEST_TAG, VERDICT_DIGEST_TAG])
@pytest.mark.parametrize("value", [None, "", "0" * 64])
def test_an_edited_tag_promotes_nothing(world: World, tag: str, value: str | None) -> None:
    client, name, number = MlflowClient(), world.spec.name, str(world.challenger.version)
    before = client.get_model_version(name, number).tags.get(tag)

    def edit() -> None:
        if value is None:
            client.delete_model_version_tag(name, number, tag)
        else:
            client.set_model_version_tag(name, number, tag, value)

    if tag == EVIDENCE_DIGEST_TAG:
        edit()
        said = world.refusal()
        client.set_model_version_tag(name, number, tag, str(before))
    else:
        said = world.refusal(between=edit)
    assert said is not None


class _changed:  # noqa: N801
    """A file with other content, or none, for a while."""

    def __init__(self, path: Path, content: Callable[[bytes], bytes | None]) -> None:
        self.path, self.before = path, path.read_bytes()
        self.content = content(self.before)
        assert self.content != self.before

    def __enter__(self) -> None:
        self.path.unlink()
        if self.content is not None:
            self.path.write_bytes(self.content)

    def __exit__(self, *_: object) -> None:
        self.path.write_bytes(self.before)


def _file(run_id: str, name: str) -> Path:
    return Path(MlflowClient().get_run(run_id).info.artifact_uri.removeprefix("file://")) / name


def _watched(module: str, name: str, used: set[tuple[str, str]]) -> Callable[..., Any]:
    real = getattr(importlib.import_module(module), name)

    def watched(*arguments: Any, **named: Any) -> Any:
        used.add((module, name))
        return real(*arguments, **named)

    return watched


def _raises(*_: object, **__: object) -> None:
    raise RuntimeError("not there")
