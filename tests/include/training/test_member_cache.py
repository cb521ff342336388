from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from include.domain.fleet import FleetMember
from include.training.member_cache import MemberCache


def a_member(segment: str, size: int) -> FleetMember:
    return FleetMember(segment=segment, fingerprint="", rows=1, run_id="r", digest="", size=size)


MEMBERS = {name: a_member(name, size) for name, size in (("a", 1), ("b", 2), ("c", 3), ("d", 50))}


@given(st.lists(st.sampled_from(sorted(MEMBERS)), max_size=40))
def test_whoever_is_asked_answers_and_the_last_that_fit_stay(asked: list[str]) -> None:
    read: list[str] = []
    cache = MemberCache(lambda member: read.append(member.segment) or member.segment, limit=4)
    kept: list[str] = []
    for name in asked:
        before = len(read)
        assert cache.get(MEMBERS[name]) == name
        assert (len(read) == before) == (name in kept), "read again only if it was let go"
        kept = [*(other for other in kept if other != name), name]
        while sum(MEMBERS[other].size for other in kept) > 4 and len(kept) > 1:
            kept.pop(0)


def test_two_who_ask_at_the_same_moment_are_both_answered_and_its_bytes_count_once() -> None:
    both = threading.Barrier(2)

    def reading(member: FleetMember) -> str:
        if member.segment == "a":
            both.wait(timeout=10)
        return member.segment

    cache = MemberCache(reading, limit=3)
    threads = [threading.Thread(target=cache.get, args=[MEMBERS["a"]]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cache.get(MEMBERS["b"])
    # One byte and two: if the first had been counted twice it would be gone by now, and be waited for in vain.
    assert cache.get(MEMBERS["a"]) == "a"
