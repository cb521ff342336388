"""Loaded models: a version that is ready to answer rows of its contract, cleaned and asked as at training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from include.data.cleaning import clean_frame
from include.data.prepared_cleaning import PreparedCleaning
from include.domain.errors import DataError
from include.domain.predictions import Predictions
from include.domain.references import Column, ModelVersionRef
from include.domain.spec import ModelSpec
from include.serving.service.contract import Contract
from include.training.models import predict
from include.training.row_answers import RowAnswers

_DTYPES = {"BIGINT": "Int64", "DOUBLE": "float64", "VARCHAR": "str", "BOOLEAN": "boolean"}


@dataclass(frozen=True)
class Answer:
    """What a version says of some rows, and what the log wants to know of each.

    Parameters
    ----------
    predictions : Predictions
    ids, entities : tuple of str or None
    times : tuple of datetime or None
        With a time zone.
    """

    predictions: Predictions
    ids: tuple[str | None, ...]
    entities: tuple[str | None, ...]
    times: tuple[datetime | None, ...]

    def part(self, start: int, stop: int) -> Answer:
        """Return some of the rows."""
        ids, entities, times = self.ids[start:stop], self.entities[start:stop], self.times[start:stop]
        return Answer(self.predictions.between(start, stop), ids, entities, times)


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A version of a model, in memory.

    Parameters
    ----------
    version : ModelVersionRef
    spec : ModelSpec
        As the version was trained.
    contract : Contract
    raw : tuple of Column
        Of the data that it was trained on, before cleaning.
    kinds : dict of str to str
        Types of the clean columns that are looked at: features first, then id, entity and time.
    estimator : estimator
    cleaning : PreparedCleaning or None
        None where the spec has no steps.
    rows : RowAnswers or None
        None where only the pipeline itself can be asked.
    """

    version: ModelVersionRef
    spec: ModelSpec
    contract: Contract
    raw: tuple[Column, ...]
    kinds: dict[str, str]
    estimator: Any
    cleaning: PreparedCleaning | None = None
    rows: RowAnswers | None = None

    @property
    def answers_together(self) -> bool:
        """Whether rows of several requests may be asked at once, which changes no answer."""
        return self.rows is not None

    def answer(self, rows: Sequence[tuple[Any, ...]]) -> Answer:
        """Return what the version says of rows, as its contract has read them.

        Raises
        ------
        DataError
            Where a row cannot be cleaned, or the model has no answer to it; says why.
        """
        if self.rows is None:
            return self._answer_as_trained(rows)
        try:
            clean = self._cleaned(rows)
            said = self.rows.ask(self._features(clean))
        except (duckdb.Error, ValueError, ArithmeticError):
            # The slow way says which row it is, and what is wrong with it.
            return self._answer_as_trained(rows)
        return Answer(said, *self._told(clean))

    def _cleaned(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        if self.cleaning is not None:
            return self.cleaning.clean(rows)
        places = {one.name: at for at, one in enumerate(self.contract.fields)}
        order = [places[name] for name in self.kinds]
        return rows if order == list(range(len(places))) else [tuple(row[at] for at in order) for row in rows]

    def _features(self, clean: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        assert self.rows is not None  # noqa: S101
        names = {category.place for category in self.rows.matrix.categories}
        readers = [as_name(self.kinds[name]) if at in names else as_amount for at, name in enumerate(self.rows.names)]
        columns = list(zip(*clean, strict=True))
        return list(zip(*(map(read, columns[at]) for at, read in enumerate(readers)), strict=True))

    def _told(self, clean: Sequence[tuple[Any, ...]]) -> tuple[Any, Any, Any]:
        data, places = self.spec.data, {name: at for at, name in enumerate(self.kinds)}

        def column(name: str | None, read: Callable[[Any], Any]) -> tuple[Any, ...]:
            if name is None or name not in places:
                return (None,) * len(clean)
            return tuple(None if row[places[name]] is None else read(row[places[name]]) for row in clean)

        ids, entities = (column(name, as_name(self.kinds.get(name or "", ""))) for name in (data.id, data.entity))
        return ids, entities, column(data.time, as_moment)

    def _answer_as_trained(self, rows: Sequence[tuple[Any, ...]]) -> Answer:
        fields = self.contract.fields
        values = dict(zip((one.name for one in fields), zip(*rows, strict=True), strict=True))
        frame = pd.DataFrame({one.name: _series(values[one.name], one.kind) for one in fields})
        clean = clean_frame(self.spec, frame, self.raw, to_score=True)
        try:
            said = predict(self.spec, self.estimator, clean)
        except DataError as error:
            raise DataError(str(error).replace(f"for {len(rows):,} rows", "for these rows")) from error
        told = [clean[name].tolist() if name in clean else [None] * len(rows) for name in self.kinds]
        return Answer(
            said, *self._told([tuple(None if pd.isna(v) else v for v in row) for row in zip(*told, strict=True)])
        )


def as_amount(value: Any) -> float:
    """Return an amount as models read it.

    Raises
    ------
    ValueError
        Where it is infinite.
    """
    if value is None:
        return float("nan")
    number = float(value)
    if number in (float("inf"), float("-inf")):
        raise ValueError("infinite")
    return number


def as_name(kind: str) -> Callable[[Any], str | None]:
    """Return what spells values of a canonical type as :func:`include.training.features.feature_frame` does.

    Examples
    --------
    >>> as_name("DOUBLE")(3.0), as_name("BOOLEAN")(True), as_name("VARCHAR")(None)
    ('3', 'True', None)
    """
    return _NAMED.get(kind, _spelled)


def as_moment(value: Any) -> datetime | None:
    """Return a moment with its zone, which is UTC; None where the value is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    moment = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _spelled(value: Any) -> str | None:
    return None if value is None else str(value)


def _spelled_number(value: Any) -> str | None:
    return None if value is None else str(int(value)) if float(value).is_integer() else str(float(value))


def _spelled_moment(value: Any) -> str | None:
    return None if value is None else pd.Timestamp(value, tz=None if _zoned(value) else "UTC").isoformat()


def _zoned(value: Any) -> bool:
    return getattr(value, "tzinfo", None) is not None


_NAMED = {"DOUBLE": _spelled_number, "TIMESTAMP": _spelled_moment, "DATE": _spelled_moment}


def _series(values: Sequence[Any], kind: str) -> pd.Series:
    if kind in ("DATE", "TIMESTAMP"):
        return pd.to_datetime(pd.Series(list(values), dtype="object"), utc=True).astype("datetime64[us, UTC]")
    if kind == "DOUBLE":
        return pd.Series([np.nan if value is None else value for value in values], dtype="float64")
    return pd.Series(list(values), dtype=_DTYPES[kind])
