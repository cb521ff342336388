from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from include.domain.errors import LedgerBrokenError
from include.registry.entry import GENESIS, LedgerEntry, Move, entry_key, read_entry, successor

moves = st.builds(
    Move,
    alias=st.sampled_from(["champion", "challenger"]),
    to_version=st.integers(1, 99),
    action=st.sampled_from(["challenge", "promote", "roll_back", "reject", "expire"]),
    actor=st.text(min_size=1, max_size=20),
    reason=st.text(max_size=40),
    verdict=st.none() | st.text("0123456789abcdef", min_size=64, max_size=64),
    outcome=st.none() | st.sampled_from(["passed", "inconclusive"]),
    overridden=st.booleans(),
    run=st.text(max_size=20),
)
moments = st.datetimes(timezones=st.just(UTC))


@st.composite
def chains(draw: st.DrawFn) -> list[LedgerEntry]:
    """Draw some entries, each the successor of the one before."""
    chain: list[LedgerEntry] = []
    for move in draw(st.lists(moves, min_size=1, max_size=4)):
        chain.append(successor("adult", chain[-1] if chain else None, move, draw(moments)))
    return chain


@given(chains())
def test_an_entry_comes_back_from_its_bytes(chain: list[LedgerEntry]) -> None:
    for entry in chain:
        assert read_entry(entry_key("adult", entry.position), entry.as_bytes()) == entry


@given(chains(), st.data())
def test_any_changed_byte_is_found_and_named(chain: list[LedgerEntry], data: st.DataObject) -> None:
    content = bytearray(chain[-1].as_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    key = entry_key("adult", chain[-1].position)
    with pytest.raises(LedgerBrokenError, match=key):
        read_entry(key, bytes(content))


@given(chains(), st.data())
def test_any_added_or_missing_byte_is_found(chain: list[LedgerEntry], data: st.DataObject) -> None:
    content = chain[-1].as_bytes()
    place = data.draw(st.integers(0, len(content)))
    key = entry_key("adult", chain[-1].position)
    for changed in (content[:place] + b" " + content[place:], content[: max(place - 1, 0)] + content[max(place, 1) :]):
        with pytest.raises(LedgerBrokenError, match=key):
            read_entry(key, changed)


def test_the_hash_is_the_sha256_of_the_canonical_json_of_everything_else() -> None:
    move = Move(alias="champion", to_version=3, action="promote", actor="ada", reason="é")
    entry = successor("adult", None, move, datetime(2026, 1, 1, tzinfo=UTC))
    stored = json.loads(entry.as_bytes())
    said = stored.pop("hash")
    text = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert said == hashlib.sha256(text.encode()).hexdigest()
    assert stored["previous_hash"] == GENESIS
    assert stored["at"] == "2026-01-01T00:00:00Z"


def test_an_entry_carries_where_every_alias_points() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    terms = {"actor": "ada", "reason": "r"}
    first = successor("adult", None, Move(alias="challenger", to_version=1, action="challenge", **terms), at)
    second = successor("adult", first, Move(alias="champion", to_version=1, action="promote", **terms), at)
    third = successor("adult", second, Move(alias="challenger", to_version=2, action="challenge", **terms), at)
    assert third.aliases == {"challenger": 2, "champion": 1}
    assert (second.from_version, third.from_version) == (None, 1)
    assert third.previous_hash == second.hash


def test_times_are_kept_in_utc_and_must_have_a_zone() -> None:
    move = Move(alias="champion", to_version=3, action="promote", actor="ada", reason="r")
    noon = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert successor("adult", None, move, noon).at.isoformat() == "2026-01-01T10:00:00+00:00"
    with pytest.raises(ValidationError):
        successor("adult", None, move, noon.replace(tzinfo=None))


def test_an_entry_under_another_name_is_refused() -> None:
    move = Move(alias="champion", to_version=3, action="promote", actor="ada", reason="r")
    entry = successor("adult", None, move, datetime(2026, 1, 1, tzinfo=UTC))
    for key in (entry_key("adult", 2), entry_key("bikes", 1)):
        with pytest.raises(LedgerBrokenError, match=f"{key} holds the entry ledger/adult/00000001.json"):
            read_entry(key, entry.as_bytes())


WRITTEN_BEFORE_ANYBODY_WAS_ASKED = (
    b'{"action":"challenge","actor":"adult.training/run 1","alias":"challenger","aliases":{"challenger":1},'
    b'"at":"2026-01-01T00:00:00Z","from_version":null,'
    b'"hash":"8ddcf0303ce591336a8b3b964707235872c2f9ee374be0dfaa8fe6ddb3c86dfe","model":"adult","outcome":null,'
    b'"position":1,"previous_hash":"0000000000000000000000000000000000000000000000000000000000000000",'
    b'"reason":"first","to_version":1,"verdict":null}\n',
    b'{"action":"promote","actor":"adult.promotion/run 1","alias":"champion","aliases":{"challenger":1,"champion":1},'
    b'"at":"2026-01-01T00:00:00Z","from_version":null,'
    b'"hash":"fe0822946097ab0ea9d0dc25b56f32c5166363e78f96d66a03c54506c0fde64c","model":"adult","outcome":"passed",'
    b'"position":2,"previous_hash":"8ddcf0303ce591336a8b3b964707235872c2f9ee374be0dfaa8fe6ddb3c86dfe",'
    b'"reason":"gate model passed","to_version":1,'
    b'"verdict":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}\n',
)


def test_entries_written_before_anybody_was_asked_are_read_and_written_as_they_were() -> None:
    for position, content in enumerate(WRITTEN_BEFORE_ANYBODY_WAS_ASKED, start=1):
        entry = read_entry(entry_key("adult", position), content)
        assert entry.as_bytes() == content
        assert (entry.overridden, entry.run, entry.moves) == (False, "", True)


def test_a_field_that_does_not_apply_cannot_be_added_to_an_entry() -> None:
    for added in (b'"overridden":false,', b'"run":"",'):
        content = WRITTEN_BEFORE_ANYBODY_WAS_ASKED[0].replace(b'"position"', added + b'"position"')
        with pytest.raises(LedgerBrokenError):
            read_entry(entry_key("adult", 1), content)
