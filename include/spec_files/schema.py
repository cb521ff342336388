"""The JSON schema of a spec, by which editors complete and check it while somebody types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from include.domain.spec import ModelSpec

SCHEMA_COMMENT = "# yaml-language-server: $schema=schema.json"
"""First line of every spec: editors that speak YAML find the schema beside it."""


def spec_schema() -> dict[str, Any]:
    """Return the JSON schema of :class:`~include.domain.spec.ModelSpec`, with titles and descriptions."""
    schema = ModelSpec.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """Return the schema as ``include/specs/schema.json`` holds it."""
    return json.dumps(spec_schema(), indent=2, ensure_ascii=False) + "\n"


def write_schema(folder: Path) -> Path:
    """Write the schema beside the specs and return its path."""
    path = folder / "schema.json"
    path.write_text(schema_text(), encoding="utf-8")
    return path


if __name__ == "__main__":
    write_schema(Path(__file__).parents[1] / "specs")
