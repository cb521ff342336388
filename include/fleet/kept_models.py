"""Kept models: what was judged once is not fitted again, to be judged anew where its rivals or the gate changed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from include.domain.fleet import KeptModel, SegmentResult
from include.storage.store import Store
from include.training.fleet_files import digest_of


def kept_files(store: Store, results: Iterable[SegmentResult]) -> dict[str, Path]:
    """Return the files in which the models of earlier results lie, by their keys; those that are gone are left out."""
    files: dict[str, Path] = {}
    for key in dict.fromkeys(result.kept.key for result in results if result.kept is not None):
        with suppress(KeyError):
            files[key] = store.local_copy(key)
    return files


def read_kept(files: Mapping[str, Path], kept: KeptModel) -> bytes | None:
    """Return the file of a model, or None where it is gone or is not what was stored."""
    if kept.key not in files:
        return None
    try:
        with zipfile.ZipFile(files[kept.key]) as file:
            content = file.read(kept.name)
    except (OSError, KeyError, zipfile.BadZipFile):
        return None
    return content if digest_of(content) == kept.digest else None
