"""The registry against the simplest model of it: two aliases in a dictionary, and a list of who was champion."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from include.domain.errors import RegistryError, StaleVerdictError
from include.registry.entry import entry_key
from include.registry.ledger import Ledger
from tests.include.registry.house import MODEL, House, a_verdict

VERSIONS = 4
versions = st.integers(1, VERSIONS)


class RegistryAgainstModel(RuleBasedStateMachine):
    """Moves aliases in the house and in the model, and compares."""

    def __init__(self) -> None:
        super().__init__()
        self.house = House(VERSIONS)
        self.due: dict[str, int] = {}
        self.replaced: dict[int, int | None] = {}
        self.champions: set[int] = set()
        self.length = 0
        self.spoken_of: set[str] = set()
        self.astray: set[str] = set()

    def _moved(self, alias: str, version: int) -> None:
        if self.due.get(alias) != version:
            self.length += 1
        self.due[alias] = version
        self.spoken_of.add(alias)
        # A move puts every alias right that the ledger speaks of, and leaves the others to a repair.
        self.astray -= self.spoken_of

    @rule(version=versions)
    def challenge(self, version: int) -> None:
        self.house.challenge(version)
        self._moved("challenger", version)

    @rule(version=versions, outcome=st.sampled_from(["passed", "passed", "blocked", "inconclusive"]), data=st.data())
    def promote(self, version: int, outcome: str, data: st.DataObject) -> None:
        champion = self.due.get("champion")
        judged_against = data.draw(st.sampled_from([champion, champion, None, 1, 2]))
        verdict = a_verdict(version, outcome)
        self.house.judge(version, verdict)
        try:
            self.house.promote(version, judged_against, verdict=verdict)
        except StaleVerdictError:
            assert outcome == "passed"
            assert judged_against != champion != version
        except RegistryError:
            assert outcome != "passed"
        else:
            assert outcome == "passed"
            if champion != version:
                assert judged_against == champion
                self.replaced[version] = champion
            self.champions.add(version)
            self._moved("champion", version)

    @rule(version=versions, outcome=st.sampled_from(["inconclusive", "passed", "blocked"]))
    def override(self, version: int, outcome: str) -> None:
        champion = self.due.get("champion")
        verdict = a_verdict(version, outcome)
        self.house.judge(version, verdict)
        try:
            self.house.override(version, champion, verdict=verdict)
        except RegistryError:
            assert outcome != "inconclusive"
        else:
            assert outcome == "inconclusive"
            if champion != version:
                self.replaced[version] = champion
            self.champions.add(version)
            self._moved("champion", version)

    @rule(version=versions, action=st.sampled_from(["reject", "expire"]))
    def refuse(self, version: int, action: str) -> None:
        self.length += 1
        self.house.refuse(version, action=action, run=f"adult.promotion/{self.length}")
        self.astray -= self.spoken_of

    @precondition(lambda self: not self.astray)
    @rule()
    def roll_back(self) -> None:
        champion = self.due.get("champion")
        target = self.replaced.get(champion) if champion else None
        try:
            self.house.roll_back()
        except RegistryError:
            assert target is None
        else:
            assert target is not None
            self._moved("champion", target)

    @rule(version=versions)
    def roll_back_to(self, version: int) -> None:
        try:
            self.house.roll_back(version)
        except RegistryError:
            assert version not in self.champions
        else:
            assert version in self.champions
            self._moved("champion", version)

    @rule(alias=st.sampled_from(["champion", "challenger"]), version=versions)
    def move_by_hand(self, alias: str, version: int) -> None:
        self.house.registry.point(MODEL, alias, version)
        (self.astray.discard if self.due.get(alias) == version else self.astray.add)(alias)
        assert len(self.house.verify()) == len(self.astray)
        assert self.house.status().in_step == (not self.astray)

    @rule()
    def repair(self) -> None:
        written = self.house.repair()
        assert {entry.alias for entry in written} == self.astray
        self.length += len(written)
        self.spoken_of |= self.astray
        self.astray = set()

    @precondition(lambda self: self.length > 0)
    @rule(data=st.data())
    def tamper_and_restore(self, data: st.DataObject) -> None:
        key = entry_key(MODEL, data.draw(st.integers(1, self.length)))
        content = self.house.store.read(key)
        place = data.draw(st.integers(0, len(content) - 1))
        changed = bytearray(content)
        changed[place] ^= data.draw(st.integers(1, 255))
        self.house.store.put(key, bytes(changed))
        assert any(problem.startswith(key) for problem in self.house.verify())
        self.house.store.put(key, content)

    @invariant()
    def the_ledger_is_sound_and_complete(self) -> None:
        ledger = Ledger(self.house.store, MODEL)
        assert ledger.verify() == []
        assert len(ledger.entries()) == self.length

    @invariant()
    def the_aliases_are_where_the_model_has_them(self) -> None:
        for alias in {"champion", "challenger"} - self.astray:
            assert self.house.aliases.get(alias) == self.due.get(alias)


TestRegistryAgainstModel = RegistryAgainstModel.TestCase
TestRegistryAgainstModel.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
