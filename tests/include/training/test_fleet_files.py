"""A fleet is what was written, member by member, whatever lies beside them and whoever reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import numpy as np
import pytest
from sklearn.preprocessing import FunctionTransformer

from include.domain.errors import TrustError
from include.training.fleet_files import INDEX_FILE, MEMBERS_FILE, digest_of, dump_model, read_fleet, save_fleet
from include.training.models import load_model, predict
from tests.include.training.fleets import a_fleet, a_fleet_spec, shops, stored_fleet

SPEC = a_fleet_spec()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return stored_fleet(tmp_path / "fleet", SPEC, shops())


def test_every_member_lies_where_the_index_says_and_its_digest_holds(files: Path) -> None:
    fleet = read_fleet(files, subject="the fleet")
    assert len(fleet.members) == 12
    places = sorted((member.offset, member.size) for member in fleet.members.values())
    assert [offset for offset, _ in places] == [0, *np.cumsum([size for _, size in places])[:-1].tolist()]
    assert sum(size for _, size in places) == (files / MEMBERS_FILE).stat().st_size
    assert fleet.pooled_run == "r0"


def test_a_member_that_was_changed_answers_nobody_and_its_neighbours_go_on(files: Path) -> None:
    frame = shops()
    whole = predict(SPEC, read_fleet(files, subject="the fleet"), frame).values
    fleet = read_fleet(files, subject="the fleet")
    spoiled = fleet.members["Aix / 2"]
    content = bytearray((files / MEMBERS_FILE).read_bytes())
    content[spoiled.offset + spoiled.size // 2] ^= 1
    (files / MEMBERS_FILE).write_bytes(content)
    fleet = read_fleet(files, subject="the fleet")
    others = ~((frame["town"] == "Aix") & (frame["shop"] == 2)).to_numpy()
    assert np.array_equal(predict(SPEC, fleet, frame[others]).values, whole[others])
    with pytest.raises(TrustError, match="the member of Aix / 2 in the fleet was changed after it was stored"):
        predict(SPEC, fleet, frame)


def test_files_are_read_as_late_as_their_segment_is_asked_about(files: Path) -> None:
    fleet = read_fleet(files, subject="the fleet")
    content = bytearray((files / MEMBERS_FILE).read_bytes())
    (files / MEMBERS_FILE).write_bytes(b"\0" * len(content))
    with pytest.raises(TrustError, match="the member of Bonn / 4"):
        fleet.member("Bonn / 4")


def test_a_fleet_without_members_is_its_pooled_model(tmp_path: Path) -> None:
    frame = shops()
    everyone = tuple(read_fleet(stored_fleet(tmp_path / "all", SPEC, frame), subject="the fleet").members)
    fleet = a_fleet(tmp_path / "none", SPEC, frame, without=everyone)
    said = predict(SPEC, fleet, frame)
    assert said.served_by is not None
    assert set(said.served_by) == {"pooled"}
    assert np.array_equal(said.values, predict(SPEC, fleet.pooled, frame).values)


def test_types_that_nobody_allowed_are_stored_for_no_segment(tmp_path: Path) -> None:
    with pytest.raises(TrustError, match=r"the member of Aix / 1 .*tests\.include"):
        dump_model(SPEC, FunctionTransformer(stored_fleet), segment="Aix / 1")


def test_types_that_nobody_allows_any_more_are_not_loaded(files: Path, tmp_path: Path) -> None:
    mine = "tests.include.training.fleets.a_fleet_spec"
    generous = a_fleet_spec(training={"estimator": "sklearn.linear_model.LinearRegression", "trusted_types": [mine]})
    content = dump_model(generous, FunctionTransformer(a_fleet_spec))
    index: dict[str, Any] = json.loads((files / INDEX_FILE).read_text())
    index["members"] = [{**index["members"][0], "offset": 0, "size": len(content), "digest": digest_of(content)}]
    (files / INDEX_FILE).write_text(json.dumps(index))
    (files / MEMBERS_FILE).write_bytes(content)
    segment = index["members"][0]["segment"]
    assert read_fleet(files, trusted_types=[mine], subject="the fleet").member(segment) is not None
    with pytest.raises(TrustError, match="a_fleet_spec"):
        read_fleet(files, subject="the fleet").member(segment)


def test_mlflow_reads_a_fleet_and_hears_the_same_of_it(files: Path, tmp_path: Path) -> None:
    folder, frame = tmp_path / "model", shops()
    save_fleet(folder, files, pip_requirements=["scikit-learn"])
    ours = predict(SPEC, load_model(folder.as_uri()), frame).values
    assert np.array_equal(ours, predict(SPEC, read_fleet(files, subject="the fleet"), frame).values)
    assert np.array_equal(mlflow.pyfunc.load_model(str(folder)).predict(frame), ours)
