"""Checking: what is wrong with a spec beyond its own words, in the code it names and in the data it speaks of."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.domain.errors import DataError, SluiceError, SpecError
from include.domain.spec import ModelSpec, SliceSpec
from include.evaluation.parts_of_rows import parts_by
from include.spec_files.reading import point_at, read_spec
from include.statistics.payoff import payoffs_of
from include.storage.store import open_store
from include.training.estimators import build_pipeline
from include.training.features import FeatureColumns, feature_columns
from include.training.weights import check_takes_weights


def check_spec(path: str | Path, look_at_data: bool = False) -> list[str]:
    """Return every problem of a spec, each with file, line and field; an empty list if there is none.

    Beyond what reading refuses, the code that it names is imported and its parameters are looked at.

    Parameters
    ----------
    path : str or Path
        The spec file.
    look_at_data : bool
        Whether its data are read, too: that they are there, hold the columns it names, can be cleaned, and can be
        divided into its slices and groups; and whether Great Expectations accepts its expectations. A source behind an
        Airflow connection is left alone: only Airflow can open it.
    """
    try:
        spec = read_spec(path)
    except SpecError as error:
        return error.problems
    messages = _of(lambda: _try_code(spec))
    if look_at_data:
        messages += _of_suites(spec, Path(path).parent)
        messages += _of(lambda: _try_data(spec))
    return point_at(path, messages)


def _of(attempt: Callable[[], None]) -> list[str]:
    try:
        attempt()
    except SpecError as error:
        return error.problems
    except SluiceError as error:
        return list(_lines(str(error)))
    return []


def _lines(message: str) -> Iterator[str]:
    """Yield a message as a whole, or, where it is a headline with an indented list below it, each item with it."""
    headline, *items = message.split("\n")
    if items and all(item.startswith("  ") for item in items):
        yield from (f"{item.strip()}; {headline.rstrip(':')}" for item in items)
    else:
        yield " ".join([headline, *map(str.strip, items)])


def _try_code(spec: ModelSpec) -> None:
    unfitted = build_pipeline(spec, FeatureColumns(("any",)), spec.training.parameters)
    if spec.retraining is not None and spec.retraining.data == "weighted":
        check_takes_weights(spec, unfitted)


def _of_suites(spec: ModelSpec, folder: Path) -> list[str]:
    from include.quality.declared import suite_mistakes

    return [f"{_spelled(path)}: {sentence}" for path, sentence in suite_mistakes(spec.quality, folder)]


def _spelled(path: tuple[str | int, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _try_data(spec: ModelSpec) -> None:
    if getattr(spec.data.source, "connection", None) is not None:
        return
    with tempfile.TemporaryDirectory(prefix="sluice-check-") as folder:
        store = open_store(folder)
        cleaned = clean_dataset(spec, take_snapshot(spec, store), store)
        frame = read_frame(cleaned, store)
        feature_columns(spec, frame)
        _try_parts(spec, frame)
        if spec.value and spec.data.target in frame:
            payoffs_of(spec.value, frame[frame[spec.data.target].notna()])


def _try_parts(spec: ModelSpec, frame: pd.DataFrame) -> None:
    asked = [(f"evaluation.slices[{i}]", by) for i, by in enumerate(spec.evaluation.slices)]
    asked += [(field, SliceSpec(column=column)) for column, field in spec.sensitive_columns]
    for field, by in asked:
        try:
            parts_by(frame, by)
        except DataError as error:
            raise SpecError([f"{field}: {error}"]) from error
