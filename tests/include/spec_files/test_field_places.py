from __future__ import annotations

import pytest

from include.domain.spec import AllBut, DataSpec, FileSource
from include.spec_files.field_places import fields_named, find_place


@pytest.mark.parametrize(
    ("location", "document", "path"),
    [
        (("data", "target"), {"data": {}}, ("data", "target")),
        (("data", "source", "files", "paths"), {"data": {"source": {}}}, ("data", "source", "paths")),
        (("data", "source", "files", "paths", 0), {"data": {"source": [1]}}, ("data", "source", 0)),
        (("data", "source", "files", "paths", 0), {"data": {"source": 1}}, ("data", "source")),
        (("data", "features", "AllBut", "all_but"), {"data": {"features": {}}}, ("data", "features", "all_but")),
        (("data", "features", "tuple[constrained-str, ...]", 0), {"data": {"features": [1]}}, ("data", "features", 0)),
        (("cleaning", 0, "label", "label"), {"cleaning": [{"do": "label", "label": 1}]}, ("cleaning", 0, "label")),
        (("schedule", "cron", 0), {"schedule": "x"}, ("schedule",)),
        (("schedule", "cron", 1), {"schedule": ["x", "y"]}, ("schedule", 1)),
        (("schedule", "cron", 0), {"schedule": {"cron": "x"}}, ("schedule", "cron")),
        (
            ("training", "tuning", "space", "depth", "int", "low"),
            {"training": {"tuning": {"space": {"depth": {"kind": "int"}}}}},
            ("training", "tuning", "space", "depth", "low"),
        ),
        (("data", "forbidden", "a", "[key]"), {"data": {"forbidden": {"a": ""}}}, ("data", "forbidden", "a")),
    ],
)
def test_a_path_is_what_the_file_says_without_the_members_of_unions(
    location: tuple[str | int, ...], document: object, path: tuple[str | int, ...]
) -> None:
    assert find_place(location, document).path == path


def test_the_record_behind_a_union_is_known() -> None:
    assert find_place(("data", "taget"), {"data": {"taget": 1}}).record is DataSpec
    assert find_place(("data", "source", "files", "path"), {"data": {"source": {"path": 1}}}).record is FileSource
    assert find_place(("data", "features", "AllBut", "al"), {"data": {"features": {"al": 1}}}).record is AllBut


def test_a_field_is_found_wherever_it_belongs() -> None:
    assert list(fields_named("freshness")) == ["quality.freshness"]
    assert "training.split.holdout" in fields_named("holdout")
    assert list(fields_named("nowhere")) == []
