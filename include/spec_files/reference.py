"""The reference of the spec: one table a record, written from the schema, so that no field lacks its line.

``python -m include.spec_files.reference`` writes `docs/reference/spec.md`; a test says when that is due.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from include.spec_files.schema import spec_schema
from include.spec_files.spelling import one_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "spec.md"

_HEAD = """# The spec, field by field

One YAML file a model, `<name>.yaml`, in the folder of the specs. Unknown fields are refused; `sluice check` names file,
line and field of every mistake. A duration is a number and a unit: `45s`, `30m`,
`12h`, `90d`, `2w`.

<!-- Written by `python -m include.spec_files.reference` from the records in include/domain/spec: edit those. -->
"""
_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "mapping",
    "array": "list",
    "null": "nothing",
}
_LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
}


class Section(NamedTuple):
    """One record of the spec, and where in a file it may stand."""

    record: str
    paths: list[str]
    schema: dict[str, Any]

    @property
    def title(self) -> str:
        """Heading of its table."""
        return ", ".join(dict.fromkeys(self.paths)) or "The file"

    @property
    def link(self) -> str:
        """Link to its table, called after what tells the record from others in the same place."""
        return f"[{self.paths[0].partition(': ')[2] or 'mapping'}](#{anchor(self.title)})" if self.paths else ""


def spec_reference() -> str:
    """Return the page, one section a record in the order in which a file meets them."""
    schema = spec_schema()
    sections = {section.record: section for section in _sections(schema)}
    links = {f"#/$defs/{name}": section.link for name, section in sections.items()}
    return "\n".join([_HEAD, *(_table(section, schema["$defs"], links) for section in sections.values())])


def anchor(title: str) -> str:
    """Return the fragment under which a rendered page shows a heading.

    Examples
    --------
    >>> anchor("data.source with `sql`")
    'datasource-with-sql'
    """
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _sections(schema: dict[str, Any]) -> list[Section]:
    found: dict[str, Section] = {}

    def enter(record: str, path: str, label: str) -> None:
        section = found.setdefault(record, Section(record, [], schema["$defs"].get(record, schema)))
        if path:
            section.paths.append(path + label)
        for name, field in section.schema["properties"].items():
            for inner, told_by in _records_in(field, schema["$defs"]):
                enter(inner, f"{path}.{name}".removeprefix("."), told_by)

    enter("", "", "")
    return list(found.values())


def _records_in(field: dict[str, Any], records: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every record that a field may hold, with what tells it from the others that the field may hold."""
    tags = {ref: f": {tag}" for tag, ref in field.get("discriminator", {}).get("mapping", {}).items()}
    members = field.get("anyOf") or field.get("oneOf") or [field]
    refs = [member["$ref"] for member in members if "$ref" in member]
    for ref in refs:
        record = ref.rpartition("/")[2]
        told_by = f" with `{records[record]['required'][0]}`" if len(refs) > 1 else ""
        yield record, tags.get(ref, told_by)
    for key in ("items", "additionalProperties"):
        if isinstance(field.get(key), dict):
            yield from _records_in(field[key], records)


def _table(section: Section, records: dict[str, Any], links: dict[str, str]) -> str:
    lines = [f"## {section.title}", "", _prose(section.schema["description"]), ""]
    lines += ["| field | type | default | meaning |", "| --- | --- | --- | --- |"]
    required = section.schema.get("required", [])
    for name, field in section.schema["properties"].items():
        default = "required" if name in required else _default(field.get("default"))
        cells = (f"`{name}`", _type(field, links), default, _meaning(field, records))
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join([*lines, ""])


def _prose(text: str) -> str:
    return text.replace("``", "`")


def _meaning(field: dict[str, Any], records: dict[str, Any]) -> str:
    text = field.get("description")
    if not text:
        record = next((name for name, _ in _records_in(field, records)), None)
        text = records[record]["description"].split("\n")[0].rstrip(".") if record else "Says which of them it is"
    example = "".join(f", e.g. `{value}`" for value in field.get("examples", ()) if "pattern" not in field)
    return _prose(text) + example


def _default(value: Any) -> str:
    if value is None or value in ([], {}, ""):
        return "none"
    if isinstance(value, dict):
        return "see there"
    if isinstance(value, list):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(field: dict[str, Any], links: dict[str, str]) -> str:
    if "$ref" in field:
        return links[field["$ref"]]
    members = field.get("anyOf") or field.get("oneOf")
    if members:
        return one_of(dict.fromkeys(_type(member, links) for member in members if member.get("type") != "null"))
    if "enum" in field or "const" in field:
        return one_of(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if "smhdw" in field.get("pattern", ""):
        return "duration"
    inner = field.get("items") or field.get("additionalProperties")
    if isinstance(inner, dict):
        return f"{_WORDS[field['type']]} of {_type(inner, links)}"
    limits = [text.format(f"{field[key]:,}") for key, text in _LIMITS.items() if key in field]
    return ", ".join([_WORDS[field["type"]], *limits])


def main() -> None:
    """Write the page."""
    PAGE.write_text(spec_reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
