"""A fleet is what the gates of its segments decided, to the byte, or it is seen not to be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import TrustError
from include.domain.fleet import ChunkRef
from include.fleet import assembly as assemblies
from include.fleet import chunk as chunks
from include.fleet.assembly import Assembly
from include.fleet.composing import observe_stored, write_composed
from include.fleet.outcome import Outcome, collect
from include.fleet.work import ChunkWork
from include.training.models import predict
from tests.fakes import MemoryStore
from tests.include.fleet.works import a_champion, a_fleet_spec, divided, parts_of, towns, work_on

SPEC = a_fleet_spec()
FRAME = towns()
LEANING = a_fleet_spec(segment_by={"columns": ["town"], "rows_at_least": 20, "prior_rows": 5})


@pytest.fixture(autouse=True)
def holdout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rows that judge be known without a run of MLflow."""
    monkeypatch.setattr(assemblies, "holdout_rows", lambda run_id: FRAME.index.to_numpy()[parts_of(FRAME) == 1])


def assembled(work: ChunkWork, monkeypatch: pytest.MonkeyPatch) -> Assembly:
    """Train the chunk for real, and bring together what it left in the store."""
    monkeypatch.setattr(chunks, "open_work", lambda spec, chunk, store, before: work)
    store, chunk = MemoryStore(), ChunkRef(plan="fleets/sales/x/plan.json", number=0, segments=3, rows=len(work.frame))
    store.put(chunk.plan, work.plan.model_dump_json().encode())
    key = chunks.train_chunk(work.spec, chunk, store, processes=1, before={})
    columns = divided(work.spec, work.frame).columns
    return Assembly(work.spec, work.plan, collect([key], store), work.champion, work.pooled, work.frame, columns)


def stored(assembly: Assembly, folder: Path) -> tuple[Any, dict[str, Any]]:
    write_composed(folder, assembly, run_id="new-run")
    fleet, seen = observe_stored(folder, assembly)
    return fleet, {one.name: one for one in seen}


def holding(assembly: Assembly, **parts: Any) -> Assembly:
    return replace(assembly, outcome=replace(assembly.outcome, **parts))


def test_winners_are_of_this_run_and_answer_as_they_were_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet, seen = stored(assembled(work_on(SPEC, FRAME), monkeypatch), tmp_path)
    assert {key: member.run_id for key, member in fleet.members.items()} == dict.fromkeys("abc", "new-run")
    assert {name: one.value for name, one in seen.items()} == {
        "kept_members_changed": 0,
        "stored_answers_otherwise": 0,
    }
    assert seen["stored_answers_otherwise"].n == 3


def test_losers_leave_the_champions_member_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    champion = a_champion(SPEC, FRAME, without=["a"])
    fleet, seen = stored(assembled(work_on(SPEC, FRAME, champion=champion), monkeypatch), tmp_path)
    runs = {key: member.run_id for key, member in fleet.members.items()}
    assert runs == {"a": "new-run", "b": "champion-run", "c": "champion-run"}
    assert [fleet.content(fleet.members[key]) for key in "bc"] == [
        champion.model.content(champion.member(key)) for key in "bc"
    ]
    assert {one.value for one in seen.values()} == {0}


def test_a_member_that_stays_leans_on_the_pooled_model_that_it_was_judged_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = stored(assembled(work_on(LEANING, FRAME), monkeypatch), tmp_path / "first")
    rival = replace(a_champion(LEANING, FRAME), model=first)
    news = FRAME.assign(sold=FRAME["sold"].where(FRAME["town"] != "c", FRAME["size"] * 20))
    work = work_on(LEANING, news, champion=rival, asked=("c",))
    work = replace(work, pooled=replace(work.pooled, run=work.pooled.run.model_copy(update={"run_id": "newer"})))
    second, seen = stored(assembled(work, monkeypatch), tmp_path / "second")
    assert {key: member.leans_on for key, member in second.members.items()} == {
        "a": "pooled-run",
        "b": "pooled-run",
        "c": "newer",
    }
    assert {one.value for one in seen.values()} == {0}
    stays = FRAME[FRAME["town"] != "c"]
    assert np.array_equal(predict(LEANING, first, stays).values, predict(LEANING, second, stays).values)
    unknown = FRAME.assign(town="d")
    assert not np.array_equal(predict(LEANING, first, unknown).values, predict(LEANING, second, unknown).values)


def test_members_that_read_rows_cleaned_by_other_steps_do_not_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    champion = a_champion(SPEC, FRAME, without=["a"])
    terms = {"champion_cleans_alike": False, "asked": ("b",)}
    _, seen = stored(assembled(work_on(SPEC, FRAME, champion=champion, **terms), monkeypatch), tmp_path / "kept")
    assert (seen["kept_members_changed"].value, seen["kept_members_changed"].detail) == (2, "2 segments: b, c")
    terms["pooled_by"] = "champion"
    _, seen = stored(assembled(work_on(SPEC, FRAME, champion=champion, **terms), monkeypatch), tmp_path / "pooled")
    assert seen["kept_members_changed"].value == 3


def test_a_member_that_is_not_the_champions_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    champion = a_champion(SPEC, FRAME, without=["a"])
    made = assembled(work_on(SPEC, FRAME, champion=champion), monkeypatch)
    leaning = [
        one.model_copy(update={"member": one.member.model_copy(update={"weight": 0.5, "leans_on": "older-pooled-run"})})
        if one.segment == "b" and one.member
        else one
        for one in made.outcome.results
    ]
    _, seen = stored(holding(made, results=tuple(leaning)), tmp_path)
    assert (seen["kept_members_changed"].value, seen["kept_members_changed"].detail) == (1, "1 segment: b")
    assert seen["stored_answers_otherwise"].value == 1


def test_the_file_of_another_member_is_no_member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = assembled(work_on(SPEC, FRAME), monkeypatch)
    swapped = {**made.outcome.places, "a": made.outcome.places["b"]}
    with pytest.raises(TrustError, match="the member of a in the fleet sales was changed"):
        stored(holding(made, places=swapped), tmp_path)


def test_answers_that_are_not_those_that_were_judged_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = assembled(work_on(SPEC, FRAME), monkeypatch)
    served = made.outcome.answers["served"].copy()
    served[-1] += 1e-9
    _, seen = stored(holding(made, answers={**made.outcome.answers, "served": served}), tmp_path)
    assert (seen["stored_answers_otherwise"].value, seen["stored_answers_otherwise"].detail) == (1, "c")


def test_rows_that_stand_there_twice_are_no_other_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = pd.concat([FRAME[FRAME["town"] == town] for town in "aabbcc"])
    monkeypatch.setattr(assemblies, "holdout_rows", lambda run_id: twice.index.to_numpy()[parts_of(twice) == 1])
    made = assembled(work_on(SPEC, twice), monkeypatch)
    assert isinstance(made.outcome, Outcome)
    _, seen = stored(made, tmp_path)
    assert seen["stored_answers_otherwise"].value == 0


def in_words(frame: pd.DataFrame, *words: str) -> pd.DataFrame:
    """Return the rows with words for their size instead of what was sold."""
    told = pd.qcut(frame["size"], len(words), labels=list(words)).astype("str")
    return frame.assign(sold=told.astype("str"))


def test_a_class_that_is_new_is_no_chance_of_members_that_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = a_fleet_spec(task="multiclass", training={"estimator": "sklearn.linear_model.LogisticRegression"})
    older, newer = in_words(FRAME, "little", "much"), in_words(FRAME, "little", "more", "much")
    champion = a_champion(spec, older)
    made = assembled(work_on(spec, newer, champion=champion, asked=("a",)), monkeypatch)
    fleet, seen = stored(made, tmp_path / "grown")
    assert {one.value for one in seen.values()} == {0}
    said = predict(spec, fleet, newer[newer["town"] == "b"])
    assert said.probabilities is not None
    assert (said.probabilities[:, 1] == 0).all()


def test_members_whose_classes_are_gone_do_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = a_fleet_spec(task="multiclass", training={"estimator": "sklearn.linear_model.LogisticRegression"})
    older, newer = in_words(FRAME, "little", "more", "much"), in_words(FRAME, "little", "much")
    champion = a_champion(spec, older, without=["a"])
    made = assembled(work_on(spec, newer, champion=champion, asked=("a",)), monkeypatch)
    _, seen = stored(holding(made, answers={name: part[:0] for name, part in made.outcome.answers.items()}), tmp_path)
    assert seen["kept_members_changed"].detail == "2 segments: b, c"
