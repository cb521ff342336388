"""Fakes: what talks to the world, kept in memory, with the same promises."""

from __future__ import annotations

import threading
from pathlib import Path
from tempfile import mkdtemp

from include.registry.mlflow_registry import RegisteredModel
from include.storage.keys import checked_key


class MemoryStore:
    """A store whose objects live in a dictionary."""

    def __init__(self) -> None:
        self.uri = "memory://store"
        self.objects: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def read(self, key: str) -> bytes:
        return self.objects[checked_key(key)]

    def exists(self, key: str) -> bool:
        return checked_key(key) in self.objects

    def put(self, key: str, content: bytes) -> None:
        self.objects[checked_key(key)] = content

    def put_if_absent(self, key: str, content: bytes) -> bool:
        with self._lock:
            if self.exists(key):
                return False
            self.put(key, content)
            return True

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.objects if key.startswith(prefix))

    def upload(self, key: str, path: Path) -> None:
        self.put(key, path.read_bytes())

    def local_copy(self, key: str) -> Path:
        copy = Path(mkdtemp()) / key.rpartition("/")[2]
        copy.write_bytes(self.read(key))
        return copy


class MemoryRegistry:
    """A model registry whose versions are made by :meth:`add`."""

    def __init__(self) -> None:
        self.models: dict[str, RegisteredModel] = {}
        self.versions: dict[tuple[str, int], dict[str, str]] = {}

    def add(self, model: str, version: int, **tags: str) -> None:
        self.models.setdefault(model, RegisteredModel())
        self.versions[model, version] = {name.replace("__", "."): value for name, value in tags.items()}

    def delete(self, model: str, version: int) -> None:
        """Delete a version as MLflow does: its aliases go with it."""
        del self.versions[model, version]
        kept = {alias: to for alias, to in self.models[model].aliases.items() if to != version}
        self.models[model] = self.models[model].model_copy(update={"aliases": kept})

    def read(self, model: str) -> RegisteredModel:
        return self.models.get(model, RegisteredModel())

    def tags(self, model: str, version: int) -> dict[str, str] | None:
        return self.versions.get((model, version))

    def point(self, model: str, alias: str, version: int | None) -> None:
        aliases = {name: to for name, to in self.read(model).aliases.items() if name != alias}
        if version is not None:
            if (model, version) not in self.versions:
                raise AssertionError(f"{model} has no version {version}")
            aliases[alias] = version
        self.models[model] = self.read(model).model_copy(update={"aliases": aliases})

    def note(self, model: str, reached: tuple[int, str]) -> None:
        self.models[model] = self.read(model).model_copy(update={"reached": reached})
