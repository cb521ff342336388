from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from include.data.frames import read_frame
from include.domain.errors import DataError
from include.storage.store import Store
from tests.include.data.given import kinds, snapshot_of, written


def test_values_say_themselves_what_they_are(here: Path, store: Store) -> None:
    written(
        here / "x.jsonl",
        '{"y": 1, "n": 1, "t": "2018-01-01T00:00:00Z", "code": "12", "b": true}\n\n'
        '{"n": 2.5, "y": 2, "s": "a\\nb", "b": null}\n',
    )
    dataset = snapshot_of(store, "x.jsonl")
    assert kinds(dataset) == {
        "b": "BOOLEAN",
        "code": "VARCHAR",
        "n": "DOUBLE",
        "s": "VARCHAR",
        "t": "TIMESTAMP",
        "y": "BIGINT",
    }
    assert read_frame(dataset, store).sort_values("y")["s"].tolist()[1] == "a\nb"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"y": 1}\n{"y": 2\n', "x.jsonl line 2: .*expected one JSON object a line"),
        ('{"y": 1}\n[1, 2]\n', "x.jsonl line 2: not an object"),
        ('[{"y": 1}]', "x.jsonl line 1: not an object"),
        ('{"y": 1, "y": 2}\n', "x.jsonl line 1: key 'y' stands there twice"),
        ('{"y": 1, "a": [1]}\n', "column 'a' holds a list"),
        ('{"y": 1, "a": {"b": 1}}\n', "column 'a' holds an object"),
        ('{"y": 1, "a": 1}\n{"y": 2, "a": "x"}\n', r"x.jsonl line 2, column 'a': 'x' is unlike the values before it"),
        (
            '{"y": 1, "a": "2018-01-01"}\n{"y": 2, "a": "1.2.18"}\n',
            "line 2, column 'a': '1.2.18' is unlike.*parse_date",
        ),
        ('{"y": 1, "row_hash": 2}\n', "'row_hash' is the name"),
        ('{"y": 1, "a": 1, "A": 2}\n', "'A' and 'a' cannot be told apart"),
        (b'{"y": 1, "a": "\xe9"}\n', "x.jsonl line 1: not utf-8"),
        ("", "x.jsonl is empty"),
        ("\n\n", "x.jsonl is empty"),
    ],
)
def test_a_broken_file_is_refused_at_its_line(here: Path, store: Store, content: str | bytes, says: str) -> None:
    written(here / "x.jsonl", content)
    with pytest.raises(DataError, match=says):
        snapshot_of(store, "x.jsonl")


def test_a_number_too_long_is_refused(here: Path, store: Store) -> None:
    written(here / "x.jsonl", '{"y": 1, "a": 12345678901234567890}\n')
    with pytest.raises(DataError, match="column 'a': '12345678901234567890' does not read as integer"):
        snapshot_of(store, "x.jsonl")


def test_a_type_may_be_declared(here: Path, store: Store) -> None:
    written(here / "x.jsonl", '{"y": 1, "a": 1, "b": "12"}\n{"y": 2, "a": "x", "b": "7"}\n')
    dataset = snapshot_of(store, "x.jsonl", types={"a": "text", "b": "number"})
    frame = read_frame(dataset, store).sort_values("y")
    assert frame["a"].tolist() == ["1", "x"]
    assert frame["b"].tolist() == [12.0, 7.0]


def test_packing_and_the_order_of_keys_change_nothing(here: Path, store: Store) -> None:
    plain = '{"y": 1, "a \\"b": "é"}\n{"y": 2, "a \\"b": null}\n'
    turned = '{"y": 2}\n{"a \\"b": "\\u00e9", "y": 1}'
    one = snapshot_of(store, written(here / "one.jsonl", plain))
    other = snapshot_of(store, written(here / "other.jsonl.gz", gzip.compress(turned.encode())))
    latin = written(here / "latin.jsonl", plain.encode("latin-1"))
    assert one.fingerprint == other.fingerprint
    assert one.fingerprint == snapshot_of(store, {"paths": [str(latin)], "encoding": "latin-1"}).fingerprint
