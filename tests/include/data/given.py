"""What tests of the data room start from: a folder with files, a spec over them, and a store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from include.data.snapshot import take_snapshot
from include.domain.references import DatasetRef
from include.domain.spec import ModelSpec
from include.storage.store import Store
from tests.specs import a_spec

PEOPLE = (
    "name,age,height,born,seen,member\nAda,36,1.65,1815-12-10,2018-01-01 10:00:00,true\nAlan,41,,1912-06-23,,false\n"
)


def written(path: Path, content: str | bytes) -> Path:
    """Write a file and return where it lies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def spec_over(
    source: Any, target: str = "y", *, task: str = "regression", cleaning: Any = (), **data: Any
) -> ModelSpec:
    """Return a spec over a source."""
    where = str(source) if isinstance(source, Path) else source
    return a_spec(
        task=task,
        data={"source": where, "target": target, **data},
        cleaning=cleaning,
        training={"estimator": "sklearn.linear_model.Ridge"},
    )


def snapshot_of(store: Store, source: Any, target: str = "y", **data: Any) -> DatasetRef:
    """Return a snapshot of a source."""
    return take_snapshot(spec_over(source, target, **data), store)


def kinds(dataset: DatasetRef) -> dict[str, str]:
    """Return the types of a snapshot's columns."""
    return {column.name: column.type for column in dataset.columns}
