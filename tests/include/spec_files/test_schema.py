from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from include.spec_files.schema import schema_text, spec_schema
from include.spec_files.yaml_document import parse_document
from tests.include.spec_files.minimal import MINIMAL

EDITOR = jsonschema.Draft202012Validator(spec_schema())
SPECS = Path(__file__).parents[3] / "include" / "specs"


def test_the_committed_schema_is_the_one_of_the_code() -> None:
    committed = (SPECS / "schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "write it anew: python -m include.spec_files.schema"


def test_the_schema_is_a_schema() -> None:
    wrong = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA).iter_errors(spec_schema())
    assert list(wrong) == []


@pytest.mark.parametrize("source", ["a.csv", ["a.csv"], {"paths": ["a.csv"]}, {"sql": "select 1", "connection": "db"}])
@pytest.mark.parametrize("schedule", ["@daily", ["0 5 * * *"], {"cron": "0 5 * * *"}, {"assets": ["orders"]}, None])
def test_short_forms_are_known_to_editors(source: Any, schedule: Any) -> None:
    document = parse_document(MINIMAL, "minimal")
    document["data"]["source"] = source
    assert list(EDITOR.iter_errors({**document, "schedule": schedule})) == []


def test_an_unknown_field_is_known_to_editors() -> None:
    document = parse_document(MINIMAL.replace("  target: left", "  target: left\n  taget: left"), "minimal")
    with pytest.raises(jsonschema.ValidationError):
        EDITOR.validate(document)


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for title, part in {"ModelSpec": schema, **schema["$defs"]}.items():
        for name, field in part.get("properties", {}).items():
            if name not in ("do", "kind"):
                yield f"{title}.{name}", field


def test_every_field_is_explained() -> None:
    schema = json.loads(schema_text())
    explained = {name for name, part in schema["$defs"].items() if "description" in part}
    for where, field in properties(schema):
        reference = str(field.get("$ref", "")).rpartition("/")[2]
        assert "description" in field or reference in explained, where
