"""Golden rows: some rows as they were read for a training, and what its model said of them there.

Whoever brings the model back, cleans these rows and asks again has to hear the same, or serving and training differ.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from include.data.cleaning import clean_frame
from include.data.engine import literal, open_engine
from include.data.frames import to_frame
from include.domain.errors import SkewError, SluiceError, UnavailableError
from include.domain.evidence import Observation
from include.domain.predictions import Predictions
from include.domain.references import DatasetRef, ModelVersionRef, RunRef
from include.domain.spec import ModelSpec
from include.domain.spec.data import RESERVED_COLUMN
from include.domain.spec.looking_back import lags_in
from include.serving.golden_history import looked_back_at
from include.serving.prediction_rows import class_names
from include.storage.store import Store, key_of
from include.training.models import load_model, predict
from include.training.tracking import log_file, read_file

FOLDER = "golden"
ROWS, ANSWERS, HISTORY = "rows.parquet", "answers.parquet", "history.parquet"
COUNT = 64
"""Rows drawn evenly from all there are; one with a gap in each column that has gaps comes on top.

Of rows that look back the latest are taken, so that what they look back at is little, and is kept beside them.
"""

ROUNDING = 1e-12
"""Relative difference that is no other answer: processors differ in the last digits of a sum."""

GOLDEN_ROWS = "golden_rows"


def keep_golden_rows(spec: ModelSpec, run: RunRef, raw: DatasetRef, clean: pd.DataFrame, store: Store) -> None:
    """Keep golden rows with a run, unless it has some; what was said at training is never said anew.

    Parameters
    ----------
    spec : ModelSpec
    run : RunRef
        Finished, with its model.
    raw : DatasetRef
        Rows as they were read.
    clean : DataFrame of shape (n, clean columns)
        Rows as they were learned from, their index the row hashes.
    store : Store
    """
    if _kept(run) is not None:
        return
    once = clean[~clean.index.duplicated()]
    chosen = once.tail(COUNT) if lags_in(spec.cleaning) else once.iloc[_places(once)]
    rows = _raw_rows(raw, chosen.index.to_numpy(), store)
    # As they stand in the file, for the same batch is asked later, and sums depend on their batch.
    asked = chosen.loc[rows.column(RESERVED_COLUMN).to_numpy()]
    said = predict(spec, load_model(f"runs:/{run.run_id}/model", trusted_types=spec.training.trusted_types), asked)
    with tempfile.TemporaryDirectory(prefix="sluice-") as name:
        pq.write_table(rows, Path(name, ROWS), compression="zstd")
        if lags_in(spec.cleaning):
            pq.write_table(looked_back_at(spec, raw, chosen, store), Path(name, HISTORY), compression="zstd")
            log_file(run, Path(name, HISTORY), FOLDER)
        pq.write_table(_answers(said), Path(name, ANSWERS), compression="zstd")
        # The answers come last: rows without them prove nothing, and are written again.
        log_file(run, Path(name, ROWS), FOLDER)
        log_file(run, Path(name, ANSWERS), FOLDER)


def check_golden_rows(spec: ModelSpec, version: ModelVersionRef, model: Any, raw: DatasetRef) -> Observation:
    """Clean a version's golden rows, ask its model about them, and see that it answers as it did at training.

    Parameters
    ----------
    spec : ModelSpec
        The one that the version was trained by.
    version : ModelVersionRef
    model : estimator
        As it is going to score.
    raw : DatasetRef
        Rows of the training as they were read; values are read as their types.

    Returns
    -------
    Observation
        ``golden_rows``: how many were asked about; 0 for a version that was trained without keeping some.

    Raises
    ------
    SkewError
        Where an answer is another; it names the row and both.
    """
    kept = _kept(version)
    if kept is None:
        told = f"version {version.version} was trained without keeping golden rows: nothing could be compared"
        return Observation(name=GOLDEN_ROWS, value=0, unit="count", detail=told)
    rows = to_frame(pq.read_table(kept[0]))
    history = to_frame(pq.read_table(read_file(version, f"{FOLDER}/{HISTORY}"))) if lags_in(spec.cleaning) else None
    now = _answers(predict(spec, model, clean_frame(spec, rows, raw.columns, to_score=True, history=history)))
    largest = _compare(version, spec, rows, pq.read_table(kept[1]), now)
    same = "to the last bit" if largest == 0 else f"up to a relative difference of {largest:.1e}, which is rounding"
    told = f"version {version.version} answers about {len(rows)} rows as it did at training, {same}"
    return Observation(name=GOLDEN_ROWS, value=len(rows), unit="count", detail=told)


def _kept(run: RunRef | ModelVersionRef) -> tuple[Path, Path] | None:
    try:
        answers = read_file(run, f"{FOLDER}/{ANSWERS}")
        return read_file(run, f"{FOLDER}/{ROWS}"), answers
    except UnavailableError:
        raise
    except SluiceError:
        return None


def _places(clean: pd.DataFrame) -> NDArray[np.int64]:
    spread = np.linspace(0, len(clean) - 1, min(COUNT, len(clean))).astype(np.int64)
    gaps = [np.flatnonzero(clean[name].isna().to_numpy())[:1] for name in clean.columns]
    return np.unique(np.concatenate([spread, *gaps]).astype(np.int64))


def _raw_rows(raw: DatasetRef, hashes: NDArray[np.uint64], store: Store) -> pa.Table:
    path = store.local_copy(f"{key_of(store, raw.uri)}/data.parquet")
    listed = ", ".join(str(row_hash) for row_hash in hashes.tolist())
    query = (
        f"SELECT * FROM read_parquet({literal(str(path))}) WHERE {RESERVED_COLUMN} IN ({listed}) "
        f"QUALIFY row_number() OVER (PARTITION BY {RESERVED_COLUMN}) = 1 ORDER BY {RESERVED_COLUMN}"
    )
    with (
        tempfile.TemporaryDirectory(prefix="sluice-") as name,
        open_engine(Path(name), readable=[path], keeps_order=True) as connection,
    ):
        table = connection.sql(query).to_arrow_table()
    names = [RESERVED_COLUMN, *sorted(set(table.column_names) - {RESERVED_COLUMN})]
    return table.select(names)


def _answers(said: Predictions) -> pa.Table:
    values = pa.array(said.values.astype(np.float64)) if said.classes is None else class_names(said.values)
    known = np.empty((len(said), 0)) if said.probabilities is None else said.probabilities
    return pa.table({"prediction": values, "probabilities": pa.array(list(known), pa.list_(pa.float64()))})


def _compare(version: ModelVersionRef, spec: ModelSpec, rows: pd.DataFrame, then: pa.Table, now: pa.Table) -> float:
    numbers = [_numbers(table) for table in (then, now)]
    if numbers[0].shape != numbers[1].shape:
        raise SkewError(
            f"{version.name} version {version.version}: {numbers[1].shape} answers, {numbers[0].shape} then"
        )
    apart = np.abs(numbers[0] - numbers[1]) / np.maximum(np.abs(numbers[0]), 1.0)
    apart = np.where(np.isnan(numbers[0]) & np.isnan(numbers[1]), 0.0, apart)
    wrong = ~(apart <= ROUNDING).all(axis=1)
    if pa.types.is_string(then.column("prediction").type):
        wrong |= np.array(then.column("prediction").to_pylist()) != np.array(now.column("prediction").to_pylist())
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        name = (
            f"{spec.data.id} {rows[spec.data.id].iloc[place]}" if spec.data.id in rows else f"row {rows.index[place]}"
        )
        was, says = (_told(table, place) for table in (then, now))
        raise SkewError(
            f"{version.name} version {version.version} is not what it was at training: about {name} it said {was}, and "
            f"says {says} now ({int(wrong.sum())} of {len(rows)} golden rows differ). Nothing was scored: use the "
            "release of the project and of its libraries that it was trained with, or train it again"
        )
    return float(apart.max(initial=0.0))


def _numbers(table: pa.Table) -> NDArray[np.float64]:
    if pa.types.is_floating(table.column("prediction").type):
        return np.asarray(table.column("prediction").to_numpy()).reshape(-1, 1)
    listed = table.column("probabilities").to_pylist()
    return np.array(listed, dtype=np.float64).reshape(len(listed), -1)


def _told(table: pa.Table, place: int) -> str:
    prediction = table.column("prediction")[place].as_py()
    probabilities = table.column("probabilities")[place].as_py()
    with suppress(IndexError):
        return f"{prediction} ({probabilities[-1]!r})"
    return repr(prediction)
