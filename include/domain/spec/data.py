"""The part of a spec that says where the data come from, what their columns mean and how they are cleaned."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag, model_validator

from include.domain.record import Record
from include.domain.spec.fields import ColumnName, Duration
from include.domain.spec.lag import Lag

RESERVED_COLUMN = "row_hash"

Reason = Annotated[str, StringConstraints(min_length=1)]


class FileSource(Record):
    """Files, local or in a bucket: one path, a glob, or several of them.

    ``{window_start:%Y-%m}`` and ``{window_end:%Y-%m}`` in a path are filled from the run's window.
    """

    paths: tuple[str, ...] = Field(min_length=1, description="Paths, globs or s3:// addresses; .gz is unpacked")
    format: Literal["csv", "parquet", "jsonl"] | None = Field(default=None, description="Read off the name if left out")
    connection: str | None = Field(default=None, description="Airflow connection that holds the keys of a bucket")
    encoding: str = Field(default="utf-8", description="Encoding of CSV and JSON lines")
    delimiter: str | None = Field(default=None, min_length=1, max_length=1, description="Found by looking if left out")


class SqlSource(Record):
    """A query, through an Airflow connection or a SQLAlchemy address without password.

    ``:window_start`` and ``:window_end`` in the query are bound to the run's window. ``${NAME}`` in the address is
    taken from the environment of the process that reads, so that no password stands in a file.
    """

    sql: str = Field(min_length=1, description="A SELECT")
    connection: str | None = Field(default=None, description="Airflow connection id")
    url: str | None = Field(default=None, description="SQLAlchemy address; secrets as ${NAME}")

    @model_validator(mode="after")
    def _has_one_address(self) -> Self:
        if (self.connection is None) == (self.url is None):
            raise ValueError("give either connection (an Airflow connection id) or url (a SQLAlchemy address)")
        password = urlsplit(self.url).password if self.url else None
        if password and not password.startswith("${"):
            raise ValueError("a password stands in url: put it into an Airflow connection, or write ${NAME} for it")
        return self


def _spelled_out(value: Any) -> Any:
    if isinstance(value, str):
        return {"paths": [value]}
    return {"paths": value} if isinstance(value, list) else value


def _source_kind(value: Any) -> str:
    is_sql = isinstance(value, SqlSource) or (isinstance(value, dict) and not {"sql", "url"}.isdisjoint(value))
    return "sql" if is_sql else "files"


Source = Annotated[
    Annotated[FileSource, Tag("files")] | Annotated[SqlSource, Tag("sql")],
    Discriminator(_source_kind),
    BeforeValidator(_spelled_out, json_schema_input_type=str | list[str] | FileSource | SqlSource),
]


class AllBut(Record):
    """Every column is a feature, except the ones named here (and target, time, id and the forbidden)."""

    all_but: tuple[ColumnName, ...] = Field(default=(), description="Columns to leave out")


class LabelsSpec(Record):
    """Where labels come from that were not known when the rows were scored."""

    source: Source | None = Field(default=None, description="Where they are read; data.source again if left out")
    id: ColumnName | None = Field(default=None, description="Names the row of a label; data.id if left out")
    target: ColumnName | None = Field(default=None, description="Holds the label; data.target if left out")
    known_at: ColumnName | None = Field(
        default=None, description="When a label became known; of several for one row the latest counts"
    )
    correction: Literal["latest"] = Field(
        default="latest", description="What becomes of a label that is given again with another value"
    )


class DataSpec(Record):
    """Where the data come from and what their columns mean."""

    source: Source = Field(
        description="A path, a list of paths, or a mapping (paths, format, connection… or sql, url…)"
    )
    target: ColumnName = Field(description="What the model predicts")
    positive: str | int | bool | None = Field(default=None, description="The class that counts as positive, if binary")
    time: ColumnName | None = Field(default=None, description="Event time; windows and splits use it")
    entity: ColumnName | None = Field(default=None, description="Whom a row is about; rows of one are kept together")
    id: ColumnName | None = Field(default=None, description="Names a row; labels are joined by it")
    labels: LabelsSpec | None = Field(
        default=None, description="Where labels come from that arrive after scoring; the source again if left out"
    )
    label_delay: Duration | None = Field(default=None, description="How long after the event the label is known")
    window: Duration | None = Field(default=None, description="How far back a scheduled run reads; all if left out")
    features: tuple[ColumnName, ...] | AllBut = Field(default=AllBut(), description="A list, or {all_but: [...]}")
    forbidden: dict[ColumnName, Reason] = Field(
        default={}, description="Columns that must not be used, each with its reason"
    )
    types: dict[ColumnName, Literal["text", "integer", "number", "boolean", "date", "timestamp"]] = Field(
        default={}, description="Types that reading must not guess"
    )
    categories: tuple[ColumnName, ...] = Field(default=(), description="Numbers and dates that are names, not amounts")

    @model_validator(mode="after")
    def _columns_do_not_contradict(self) -> Self:
        if not isinstance(self.features, AllBut):
            self._check_listed(self.features)
        named = self.features.all_but if isinstance(self.features, AllBut) else self.features
        if RESERVED_COLUMN in (self.target, self.time, self.entity, self.id, *named):
            raise ValueError(f"{RESERVED_COLUMN!r} is the name of the column that snapshots add: rename yours")
        if self.target in (self.time, self.id):
            raise ValueError(f"target {self.target!r} is also the time or id column")
        if self.target in self.forbidden:
            raise ValueError(f"target {self.target!r} is forbidden: a target is never a feature anyway")
        return self

    def _check_listed(self, features: tuple[str, ...]) -> None:
        if not features:
            raise ValueError("features is an empty list: name at least one, or use all_but")
        for name in features:
            if name == self.target or name in self.forbidden:
                reason = "the target" if name == self.target else "forbidden"
                raise ValueError(f"{name!r} cannot be a feature: it is {reason}")
        twice = sorted({name for name in features if features.count(name) > 1})
        if twice:
            raise ValueError(f"{twice[0]!r} stands twice among the features")

    def feature_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Choose the features among the columns of the cleaned data, in their order there.

        Examples
        --------
        >>> DataSpec(source="x.csv", target="y", id="k").feature_columns(("k", "a", "y"))
        ('a',)
        """
        if not isinstance(self.features, AllBut):
            return self.features
        left_out = {
            self.target,
            self.time,
            self.id,
            self.entity,
            RESERVED_COLUMN,
            *self.forbidden,
            *self.features.all_but,
        }
        return tuple(name for name in columns if name not in left_out)


class Trim(Record):
    """Cut white space from both ends of text; what is left empty counts as missing."""

    do: Literal["trim"]
    columns: tuple[ColumnName, ...] = Field(min_length=1, description="Columns of text")


class ParseNumber(Record):
    """Read text such as ``1,234.5`` or ``$ 12`` as a number; what cannot be read stops the run, naming the row."""

    do: Literal["parse_number"]
    columns: tuple[ColumnName, ...] = Field(min_length=1, description="Columns of text")
    decimal: Literal[".", ","] = Field(default=".", description="What stands before the fraction")


class ParseDate(Record):
    """Read text as a timestamp in UTC; what cannot be read stops the run, naming the row."""

    do: Literal["parse_date"]
    columns: tuple[ColumnName, ...] = Field(min_length=1, description="Columns of text")
    format: str | None = Field(default=None, description="strptime format, also %Y Q%q; ISO 8601 if left out")


class MapValues(Record):
    """Replace values by others; what the mapping does not name stays."""

    do: Literal["map_values"]
    column: ColumnName = Field(description="Where they are replaced")
    values: dict[str, str | int | float | bool | None] = Field(min_length=1, description="Old value: new value")


class DropDuplicates(Record):
    """Keep one row of those that agree in the given columns (in all columns, if none is given): the latest by time."""

    do: Literal["drop_duplicates"]
    columns: tuple[ColumnName, ...] = Field(default=(), description="What equal rows agree in; all if left out")


class Derive(Record):
    """Add or replace a column by a DuckDB expression over the columns of its own row."""

    do: Literal["derive"]
    column: ColumnName = Field(description="What the result is called")
    expression: str = Field(min_length=1, description="DuckDB SQL", examples=["hour(pickup_datetime)"])


class Calendar(Record):
    """Add hour, weekday, month… of a time column as numbers, each named after it: ``<column>_hour``."""

    do: Literal["calendar"]
    column: ColumnName = Field(description="A date or timestamp")
    parts: tuple[Literal["hour", "weekday", "day", "day_of_year", "month", "quarter", "year"], ...] = Field(
        default=("hour", "weekday", "month"), min_length=1, description="What is taken from it"
    )


class Label(Record):
    """Compute the target by a DuckDB expression; rows for which it is NULL have no label yet."""

    do: Literal["label"]
    expression: str = Field(min_length=1, description="DuckDB SQL", examples=["returned_at IS NOT NULL"])


CleaningStep = Annotated[
    Trim | ParseNumber | ParseDate | MapValues | DropDuplicates | Derive | Calendar | Lag | Label,
    Field(discriminator="do"),
]
