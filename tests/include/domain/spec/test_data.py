from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from include.domain.spec import AllBut, CleaningStep, DataSpec, FileSource, SqlSource


def data(**changed: Any) -> DataSpec:
    return DataSpec.model_validate({"source": "a.csv", "target": "y", **changed})


@pytest.mark.parametrize("source", ["a.csv", ["a.csv"], {"paths": ["a.csv"]}])
def test_short_forms_of_files_mean_the_same(source: Any) -> None:
    assert data(source=source).source == FileSource(paths=("a.csv",))


def test_a_query_is_told_from_files() -> None:
    assert isinstance(data(source={"sql": "select 1", "connection": "db"}).source, SqlSource)


def test_an_address_of_a_database_without_a_query_asks_for_the_query() -> None:
    with pytest.raises(ValidationError) as caught:
        data(source={"url": "sqlite://"})
    assert [".".join(map(str, told["loc"])) for told in caught.value.errors()] == ["source.sql.sql"]


@pytest.mark.parametrize("source", [{"sql": "select 1"}, {"sql": "select 1", "connection": "db", "url": "sqlite://"}])
def test_a_query_has_one_address(source: Any) -> None:
    with pytest.raises(ValidationError, match="give either connection"):
        data(source=source)


def test_a_password_never_stands_in_a_spec() -> None:
    with pytest.raises(ValidationError, match="put it into an Airflow connection"):
        data(source={"sql": "select 1", "url": "postgresql://me:secret@host/db"})
    data(source={"sql": "select 1", "url": "postgresql://me:${DB_PASSWORD}@host/db"})


@pytest.mark.parametrize("source", [[], {"paths": []}, {}])
def test_a_source_names_a_file(source: Any) -> None:
    with pytest.raises(ValidationError):
        data(source=source)


def test_every_column_is_a_feature_unless_something_speaks_against_it() -> None:
    spec = data(time="t", id="k", entity="e", forbidden={"f": "later"}, features={"all_but": ["x"]})
    assert spec.feature_columns(("t", "k", "e", "f", "x", "y", "row_hash", "a", "b")) == ("a", "b")


def test_listed_features_keep_the_order_of_the_list() -> None:
    assert data(features=["b", "a"]).feature_columns(("a", "b", "c")) == ("b", "a")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"features": []}, "Value error, features is an empty list: name at least one, or use all_but "),
        ({"features": ["y"]}, "'y' cannot be a feature: it is the target"),
        ({"features": ["a"], "forbidden": {"a": "later"}}, "'a' cannot be a feature: it is forbidden"),
        ({"features": ["a", "b", "a"]}, "'a' stands twice among the features"),
        ({"features": ["row_hash"]}, "'row_hash' is the name of the column that snapshots add"),
        ({"features": {"all_but": ["row_hash"]}}, "'row_hash' is the name"),
        ({"id": "row_hash"}, "'row_hash' is the name"),
        ({"id": "y"}, "target 'y' is also the time or id column"),
        ({"time": "y"}, "target 'y' is also the time or id column"),
        ({"forbidden": {"y": "why"}}, "target 'y' is forbidden"),
        ({"forbidden": {"a": ""}}, "at least 1 character"),
    ],
)
def test_columns_that_contradict_each_other_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        data(**changed)


def test_all_columns_are_features_by_default() -> None:
    assert data().features == AllBut()


@pytest.mark.parametrize(
    "step",
    [
        {"do": "trim", "columns": ["a"]},
        {"do": "parse_number", "columns": ["a"], "decimal": ","},
        {"do": "parse_date", "columns": ["a"], "format": "%Y Q%q"},
        {"do": "map_values", "column": "a", "values": {"x": 1, "y": None}},
        {"do": "drop_duplicates"},
        {"do": "derive", "column": "a", "expression": "b + 1"},
        {"do": "calendar", "column": "t"},
        {"do": "label", "expression": "b > 1"},
    ],
)
def test_a_cleaning_step_survives_json(step: dict[str, Any]) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(CleaningStep)
    read = adapter.validate_python(step)
    assert adapter.validate_json(adapter.dump_json(read)) == read


@pytest.mark.parametrize(
    "step",
    [
        {"do": "trim", "columns": []},
        {"do": "map_values", "column": "a", "values": {}},
        {"do": "calendar", "column": "t", "parts": []},
        {"do": "calendar", "column": "t", "parts": ["minute"]},
        {"do": "derive", "column": "a", "expression": ""},
        {"do": "shuffle"},
    ],
)
def test_a_cleaning_step_that_does_nothing_is_refused(step: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(CleaningStep).validate_python(step)
