from __future__ import annotations

import pytest

from include.domain.errors import LedgerBrokenError
from include.domain.record import canonical_json
from include.registry.entry import LedgerEntry, Move, entry_key, successor
from include.registry.ledger import Ledger
from tests.fakes import MemoryStore
from tests.include.registry.house import MODEL, START, House


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def ledger(store: MemoryStore) -> Ledger:
    return Ledger(store, MODEL)


def _after(last: LedgerEntry | None, version: int = 1) -> LedgerEntry:
    move = Move(alias="challenger", to_version=version, action="challenge", actor="ada", reason="r")
    return successor(MODEL, last, move, START)


def _filled(ledger: Ledger, entries: int = 4) -> list[LedgerEntry]:
    for version in range(1, entries + 1):
        ledger.append(lambda last, version=version: _after(last, version))
    return ledger.entries()


def test_an_empty_ledger_has_no_last_entry_and_no_problem(ledger: Ledger) -> None:
    assert ledger.last() is None
    assert ledger.entries() == []
    assert ledger.verify() == []


def test_entries_are_one_object_each_numbered_without_gaps(ledger: Ledger, store: MemoryStore) -> None:
    entries = _filled(ledger)
    assert store.keys("") == [f"ledger/{MODEL}/0000000{n}.json" for n in (1, 2, 3, 4)]
    assert [entry.to_version for entry in entries] == [1, 2, 3, 4]
    assert list(ledger.backwards()) == entries[::-1]
    assert ledger.last() == entries[-1]
    assert ledger.verify() == []


def test_a_writer_who_loses_a_position_decides_again_on_what_is_there_now(ledger: Ledger, store: MemoryStore) -> None:
    _filled(ledger, 1)
    seen: list[int] = []

    def decide(last: LedgerEntry | None) -> LedgerEntry:
        assert last is not None
        seen.append(last.position)
        if last.position < 3:
            rival = _after(last, 90 + last.position)
            store.put(entry_key(MODEL, rival.position), rival.as_bytes())
        return _after(last, 50)

    entry = ledger.append(decide)
    assert seen == [1, 2, 3]
    assert entry is not None
    assert entry.position == 4
    assert ledger.verify() == []


def test_a_writer_may_give_up_once_it_sees_who_was_first(ledger: Ledger) -> None:
    _filled(ledger, 1)
    assert ledger.append(lambda last: None) is None
    assert len(ledger.entries()) == 1


def test_models_have_ledgers_of_their_own(ledger: Ledger, store: MemoryStore) -> None:
    _filled(ledger)
    other = Ledger(store, f"{MODEL}_2")
    assert other.last() is None
    other.append(lambda last: _after(last).model_copy(update={"model": other.model}).sealed())
    assert (len(other.entries()), len(ledger.entries())) == (1, 4)
    assert ledger.verify() == []


@pytest.mark.parametrize("position", [1, 2, 4])
def test_one_changed_byte_names_the_object(ledger: Ledger, store: MemoryStore, position: int) -> None:
    _filled(ledger)
    key = entry_key(MODEL, position)
    content = store.read(key)
    for place in range(len(content)):
        store.put(key, content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        problems = ledger.verify()
        assert len(problems) == 1
        assert problems[0].startswith(key)


def test_an_entry_sealed_anew_breaks_the_chain_behind_it(ledger: Ledger, store: MemoryStore) -> None:
    entries = _filled(ledger)
    forged = entries[1].model_copy(update={"actor": "mallory"}).sealed()
    store.put(entry_key(MODEL, 2), forged.as_bytes())
    assert ledger.verify() == [f"{entry_key(MODEL, 3)} does not follow from what is before it"]


@pytest.mark.parametrize(
    "update", [{"from_version": 7}, {"aliases": {"challenger": 7}}, {"previous_hash": "f" * 64}, {"aliases": {}}]
)
@pytest.mark.parametrize("position", [1, 4])
def test_an_entry_that_contradicts_its_past_is_named(
    ledger: Ledger, store: MemoryStore, position: int, update: dict[str, object]
) -> None:
    entries = _filled(ledger)
    forged = entries[position - 1].model_copy(update=update).sealed()
    store.put(entry_key(MODEL, position), forged.as_bytes())
    assert any(problem.startswith(entry_key(MODEL, position)) for problem in ledger.verify())


def test_a_missing_entry_is_named_and_nothing_is_built_on_the_gap(ledger: Ledger, store: MemoryStore) -> None:
    _filled(ledger)
    del store.objects[entry_key(MODEL, 2)]
    assert ledger.verify() == [f"{entry_key(MODEL, 2)} is missing, yet {entry_key(MODEL, 3)} is there"]
    for ask in (ledger.last, ledger.entries, lambda: ledger.append(_after)):
        with pytest.raises(LedgerBrokenError, match=r"00000002\.json is missing"):
            ask()


def test_an_entry_far_ahead_does_not_take_forever_to_find(ledger: Ledger, store: MemoryStore) -> None:
    entries = _filled(ledger)
    far = entries[-1].model_copy(update={"position": 99_999_999}).sealed()
    store.put(entry_key(MODEL, 99_999_999), far.as_bytes())
    assert ledger.verify() == [f"{entry_key(MODEL, 5)} is missing, yet {entry_key(MODEL, 99_999_999)} is there"]
    with pytest.raises(LedgerBrokenError, match=r"00000005\.json is missing"):
        ledger.last()


def test_nothing_is_built_on_a_changed_entry(ledger: Ledger, store: MemoryStore) -> None:
    _filled(ledger)
    store.put(entry_key(MODEL, 4), store.read(entry_key(MODEL, 4)).replace(b"ada", b"eve"))
    with pytest.raises(LedgerBrokenError, match=r"00000004\.json was changed"):
        ledger.append(_after)
    assert len(store.objects) == 4


@pytest.mark.parametrize("name", ["notes.txt", "1.json", "00000000.json", "０００００００１.json", "00000001.json.bak"])
def test_a_foreign_object_is_reported_and_otherwise_ignored(ledger: Ledger, store: MemoryStore, name: str) -> None:
    _filled(ledger)
    store.put(f"ledger/{MODEL}/{name}", b"?")
    assert ledger.verify() == [f"ledger/{MODEL}/{name} is no ledger entry"]
    assert len(ledger.entries()) == 4


def test_white_space_that_json_ignores_is_found(ledger: Ledger, store: MemoryStore) -> None:
    entries = _filled(ledger)
    loose = canonical_json(entries[0].to_json()).replace(",", ", ")
    store.put(entry_key(MODEL, 1), loose.encode())
    assert ledger.verify()[0].startswith(entry_key(MODEL, 1))


def test_a_repair_may_start_from_where_an_alias_was_found(house: House) -> None:
    house.challenge(1)
    house.registry.point(MODEL, "challenger", 3)
    assert [entry.from_version for entry in house.repair()] == [3]
    assert house.ledger.verify() == []


@pytest.mark.parametrize("action", ["reject", "expire"])
def test_a_decision_that_moves_an_alias_is_named(ledger: Ledger, store: MemoryStore, action: str) -> None:
    _filled(ledger, 1)
    no = Move(alias="champion", to_version=1, action=action, actor="ada", reason="r", run="x/1")
    entry = ledger.append(lambda last: successor(MODEL, last, no, START))
    assert entry is not None
    assert ledger.verify() == []
    forged = entry.model_copy(update={"aliases": {"challenger": 1, "champion": 1}}).sealed()
    store.put(entry_key(MODEL, 2), forged.as_bytes())
    assert ledger.verify() == [f"{entry_key(MODEL, 2)} does not follow from what is before it"]
