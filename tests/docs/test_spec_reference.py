from __future__ import annotations

from include.spec_files.reference import PAGE, anchor, spec_reference
from include.spec_files.schema import spec_schema
from tests.docs.pages import anchors


def test_the_page_is_up_to_date() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == spec_reference(), "run: python -m include.spec_files.reference"


def test_every_record_and_every_field_has_its_line() -> None:
    page = spec_reference()
    schema = spec_schema()
    records = {"": schema, **schema["$defs"]}
    fields = [(record, field) for record, inner in records.items() for field in inner["properties"]]
    assert [f"{record}.{field}" for record, field in fields if f"\n| `{field}` | " not in page] == []
    assert page.count("| field | type | default | meaning |") == len(records)
    assert len([line for line in page.splitlines() if line.startswith("| `")]) == len(fields)


def test_no_line_lacks_a_type_or_a_meaning() -> None:
    lines = [line for line in spec_reference().splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.replace("\\|", "").strip("|").split("|")] for line in lines]
    assert [row for row in cells if len(row) != 4 or "" in row] == []


def test_required_fields_say_so() -> None:
    assert "| `target` | text | required | " in spec_reference()
    assert "| `positive` | text, whole number or true or false | none | " in spec_reference()


def test_a_heading_has_the_fragment_that_links_use() -> None:
    assert anchor("quality.raw, quality.clean") in anchors(PAGE)
