"""The golden check: a version answers here only if it says of its golden rows what it said at training."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from include.data.cleaning import clean_frame
from include.data.frames import to_frame
from include.domain.errors import SluiceError, UnavailableError
from include.domain.references import DatasetRef
from include.serving.golden_rows import FOLDER, ROUNDING, ROWS, check_golden_rows
from include.serving.service.loaded_model import LoadedModel
from include.serving.service.refusals import Refusal
from include.training.models import predict
from include.training.tracking import read_file

log = logging.getLogger(__name__)


def checked(model: LoadedModel, raw: DatasetRef) -> LoadedModel:
    """Return a model that answers as it did at training, by the short way or else by the long one.

    Parameters
    ----------
    model : LoadedModel
    raw : DatasetRef
        Rows of its training as they were read.

    Raises
    ------
    SkewError
        Where it answers otherwise; it is not served.
    """
    if not check_golden_rows(model.spec, model.version, model.estimator, raw).value:
        return model
    try:
        rows = to_frame(pq.read_table(read_file(model.version, f"{FOLDER}/{ROWS}")))
    except UnavailableError:
        raise
    except SluiceError:
        return model
    return agreeing(model, rows)


def agreeing(model: LoadedModel, rows: pd.DataFrame) -> LoadedModel:
    """Return the model, without its short way where that says anything else of raw rows than the pipeline."""
    if model.rows is None:
        return model
    expected = predict(model.spec, model.estimator, clean_frame(model.spec, rows, model.raw, to_score=True))
    try:
        said = model.answer(model.contract.read(as_requests(rows))).predictions
    except Refusal as refusal:
        log.warning("%s: its contract refuses golden rows: %s", model.version.name, refusal.as_json())
        return model
    one, other = (p.values if p.probabilities is None else p.probabilities for p in (said, expected))
    if np.allclose(one, other, rtol=ROUNDING, atol=ROUNDING) and said.values.tolist() == _like(said, expected):
        return model
    log.warning("%s version %d is asked as a whole: the short way differs", model.version.name, model.version.version)
    return replace(model, rows=None)


def as_requests(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return raw rows as requests hold them."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows.to_dict("records")]


def _like(said: Any, expected: Any) -> list[Any]:
    # Numbers have been compared up to rounding.
    return list(said.values.tolist() if said.classes is None else expected.values.tolist())


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value
