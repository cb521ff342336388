"""What becomes of one segment, whatever its rows are like and whoever serves it now."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.errors import DataError
from include.domain.fleet import KeptModel, SegmentResult
from include.fleet import segment as segments
from include.fleet.segment import Trained, train_segment
from include.fleet.work import ChunkWork
from include.training.fleet_files import digest_of
from include.training.models import predict
from tests.include.fleet.works import a_champion, a_fleet_spec, towns, work_on

SPEC = a_fleet_spec()
FRAME = towns()


def train(work: ChunkWork, key: str) -> Trained:
    return train_segment(work, next(one for one in work.plan.chunks[0] if one.key == key))


def result(work: ChunkWork, key: str) -> SegmentResult:
    return train(work, key).result


def answers(model: Any, key: str, frame: pd.DataFrame = FRAME) -> Any:
    rows = frame[(frame["town"] == key)].iloc[3::4]
    return predict(SPEC, model, rows).values


def test_a_member_that_beats_the_baseline_serves_its_segment() -> None:
    trained = train(work_on(SPEC, FRAME), "c")
    told = trained.result
    assert (told.outcome, told.served_by) == ("passed", "challenger")
    assert (told.learned, told.judged) == (150, 50)
    assert told.member is not None
    assert told.member.digest == digest_of(trained.content)
    assert told.candidate is not None
    assert told.baseline is not None
    assert told.candidate < 1 < told.baseline
    assert told.improvement == pytest.approx(told.baseline - told.candidate)
    assert told.improvement_low is not None
    assert 0 < told.improvement_low < told.improvement


def test_a_segment_of_too_few_rows_is_served_by_the_pooled_model_and_it_is_said() -> None:
    spec = a_fleet_spec(segment_by={"columns": ["town"], "rows_at_least": 151})
    trained = train(work_on(spec, FRAME), "a")
    assert (trained.result.outcome, trained.result.served_by) == ("too_small", "pooled")
    assert trained.result.reason == "150 rows to learn from, asked are 151; 50 rows to judge by"
    assert trained.result.member is None


def test_as_many_rows_as_asked_are_enough() -> None:
    spec = a_fleet_spec(segment_by={"columns": ["town"], "rows_at_least": 150})
    assert result(work_on(spec, FRAME), "a").outcome == "passed"


@pytest.mark.parametrize("rows", [3, 6])
def test_a_small_segment_in_which_all_rows_are_of_one_class_has_not_failed(rows: int) -> None:
    spec = a_fleet_spec(task="binary", training={"estimator": "sklearn.linear_model.LogisticRegression"})
    few = towns("d", rows, seed=1).assign(sold=1.0)
    frame = pd.concat([FRAME.assign(sold=(FRAME["sold"] > 15).astype(float)), few]).astype({"sold": "int64"})
    told = result(work_on(spec, frame), "d")
    assert (told.outcome, told.served_by) == ("too_small", "pooled")


def test_a_large_segment_in_which_all_rows_are_of_one_class_is_no_model() -> None:
    spec = a_fleet_spec(task="binary", training={"estimator": "sklearn.linear_model.LogisticRegression"})
    frame = FRAME.assign(sold=((FRAME["sold"] > 15) | (FRAME["town"] == "a")).astype("int64"))
    with pytest.raises(DataError, match="needs two classes"):
        train(work_on(spec, frame), "a")


def test_without_news_the_champions_member_stays_and_nothing_is_trained() -> None:
    first = result(work_on(SPEC, FRAME), "b")
    champion = a_champion(SPEC, FRAME, fingerprint=first.fingerprint)
    trained = train(work_on(SPEC, FRAME, champion=champion), "b")
    assert (trained.result.outcome, trained.result.served_by) == ("unchanged", "champion")
    assert trained.result.member == champion.member("b")
    assert trained.content == b""
    assert trained.served is not None
    assert np.array_equal(trained.served.values, answers(champion.model, "b"))


def test_who_is_no_better_than_the_champions_member_does_not_take_its_place() -> None:
    champion = a_champion(SPEC, FRAME)
    trained = train(work_on(SPEC, FRAME, champion=champion), "b")
    assert trained.result.outcome == "blocked"
    assert "improvement_over_champion" in trained.result.reason
    assert trained.result.served_by == "champion"
    assert trained.result.member == champion.member("b")
    assert trained.served is not None
    assert np.array_equal(trained.served.values, answers(champion.model, "b"))


def test_where_the_champion_has_no_member_its_pooled_model_is_to_be_beaten() -> None:
    champion = a_champion(SPEC, FRAME, without=["a"])
    equal, better = (result(work_on(SPEC, FRAME, champion=champion), key) for key in "ca")
    assert (equal.outcome, equal.champion) == ("blocked", pytest.approx(equal.candidate))
    assert better.outcome == "passed"
    assert better.candidate is not None
    assert better.champion is not None
    assert better.candidate < 1 < better.champion


def test_a_member_is_not_judged_on_rows_that_the_champion_has_seen() -> None:
    champion = a_champion(SPEC, FRAME, without=["a"])
    seen = replace(champion, trained_on=FRAME.index.to_numpy()[3:4])
    told = result(work_on(SPEC, FRAME, champion=seen), "a")
    assert told.outcome == "blocked"
    assert "holdout_rows_in_champion_training: asked at most 0, saw 1" in told.reason


def test_of_a_champion_whose_training_rows_nobody_knows_nothing_is_believed() -> None:
    unknown = replace(a_champion(SPEC, FRAME, without=["a"]), trained_on=np.empty(0, np.uint64))
    told = result(work_on(SPEC, FRAME, champion=unknown), "a")
    assert told.outcome == "blocked"
    assert "holdout_rows_in_champion_training: asked at most 0, saw nothing" in told.reason


def test_a_member_that_is_surely_worse_than_the_pooled_model_does_not_serve() -> None:
    spec = a_fleet_spec(training={"estimator": "sklearn.tree.DecisionTreeRegressor", "parameters": {"max_depth": 1}})
    work = work_on(spec, FRAME)
    exact = replace(work, serving=_Exact())
    told = result(exact, "c")
    assert (told.outcome, told.served_by) == ("blocked", "pooled")
    assert told.reason.startswith("surely_worse_than_pooled")


class _Exact:
    """A pooled model that knows all rates."""

    feature_names_in_ = np.array(["size", "town"], dtype=object)

    def predict(self, rows: pd.DataFrame) -> Any:
        return rows["size"].to_numpy() * (1 + 3 * rows["town"].map({"a": 0, "b": 1, "c": 2}).to_numpy())


def test_only_what_was_asked_for_is_trained() -> None:
    champion = a_champion(SPEC, FRAME, without=["a", "b"])
    work = work_on(SPEC, FRAME, champion=champion, asked=("a",))
    assert {key: result(work, key).outcome for key in "abc"} == {"a": "passed", "b": "not_asked", "c": "not_asked"}
    assert (result(work, "b").served_by, result(work, "c").served_by) == ("pooled", "champion")


def test_what_was_lost_before_on_the_same_grounds_is_not_tried_again() -> None:
    champion = a_champion(SPEC, FRAME)
    first = result(work_on(SPEC, FRAME, champion=champion), "b")
    again = result(work_on(SPEC, FRAME, champion=champion, before={"b": first}), "b")
    assert (again.outcome, again.reused, again.reason) == ("blocked", True, first.reason)


def test_on_other_grounds_it_is_tried_again() -> None:
    champion = a_champion(SPEC, FRAME)
    first = result(work_on(SPEC, FRAME, champion=champion), "b")
    gates = {"beats_champion": {"margin": -1.0}}
    lenient = a_fleet_spec(gates=gates)
    assert result(work_on(lenient, FRAME, champion=champion, before={"b": first}), "b").outcome == "passed"


def lost(tmp_path: Path, work: ChunkWork, key: str = "b") -> tuple[SegmentResult, dict[str, Path]]:
    """Train a segment, and return what became of it as a chunk keeps it, with the file of its model."""
    trained = train(work, key)
    with zipfile.ZipFile(tmp_path / "chunk.zip", "w") as file:
        file.writestr("model", trained.content)
    kept = KeptModel(
        key="chunk.zip", name="model", digest=digest_of(trained.content), fingerprint=trained.result.fingerprint
    )
    return trained.result.model_copy(update={"kept": kept}), {"chunk.zip": tmp_path / "chunk.zip"}


def test_where_the_rivals_changed_a_model_is_judged_anew_and_not_fitted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    champion = a_champion(SPEC, FRAME)
    first, files = lost(tmp_path, work_on(SPEC, FRAME, champion=champion))
    monkeypatch.setattr(segments, "fit", None)
    newer = replace(champion, model=a_champion(SPEC, FRAME, fingerprint="of a newer champion").model)
    work = replace(work_on(SPEC, FRAME, champion=newer, before={"b": first}), kept=files)
    again = train(work, "b")
    assert (again.result.reused, again.result.model_reused, again.result.trained) == (False, True, False)
    assert (again.result.outcome, again.result.candidate) == (first.outcome, first.candidate)
    assert first.kept is not None
    assert digest_of(again.content) == first.kept.digest


def test_with_other_rows_it_is_fitted_again(tmp_path: Path) -> None:
    champion = a_champion(SPEC, FRAME)
    first, files = lost(tmp_path, work_on(SPEC, FRAME, champion=champion))
    newer = FRAME.assign(sold=FRAME["sold"] + 1)
    work = replace(work_on(SPEC, newer, champion=champion, before={"b": first}), kept=files)
    again = result(work, "b")
    assert (again.model_reused, again.trained) == (False, True)


@pytest.mark.parametrize("harm", ["gone", "changed", "no file of chunks"])
def test_a_kept_model_that_is_not_what_was_stored_is_fitted_again(tmp_path: Path, harm: str) -> None:
    first, files = lost(tmp_path, work_on(SPEC, FRAME))
    if harm == "gone":
        files = {}
    elif harm == "changed":
        with zipfile.ZipFile(files["chunk.zip"], "w") as file:
            file.writestr("model", b"something else")
    else:
        files["chunk.zip"].write_bytes(b"no file of chunks")
    again = result(replace(work_on(SPEC, FRAME, before={"b": first}), kept=files), "b")
    assert (again.outcome, again.model_reused, again.trained) == ("passed", False, True)


def test_a_segment_that_is_left_as_it_was_keeps_the_model_that_was_judged_last(tmp_path: Path) -> None:
    first, files = lost(tmp_path, work_on(SPEC, FRAME))
    work = replace(work_on(SPEC, FRAME, asked=("a",), before={"b": first}), kept=files)
    assert result(work, "b").kept == first.kept


def test_whoever_passed_or_failed_before_is_trained_again_unless_it_serves() -> None:
    first = result(work_on(SPEC, FRAME), "b")
    assert not result(work_on(SPEC, FRAME, before={"b": first}), "b").reused


def test_a_member_of_few_rows_leans_on_the_pooled_model() -> None:
    spec = a_fleet_spec(segment_by={"columns": ["town"], "rows_at_least": 20, "prior_rows": 50})
    work = work_on(spec, FRAME)
    trained = train(work, "c")
    assert trained.result.member is not None
    assert trained.result.member.weight == 0.75
    assert trained.served is not None
    alone = train(work_on(SPEC, FRAME), "c")
    assert alone.served is not None
    pooled = answers(work.fleet_with({}), "c")
    assert np.allclose(trained.served.values, 0.75 * alone.served.values + 0.25 * pooled)
