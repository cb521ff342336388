from __future__ import annotations

from typing import Any

import pytest

from include.domain.fingerprint import Fingerprint
from include.domain.spec import ModelSpec
from include.training import training_fingerprint as module
from include.training.rows import divide
from include.training.training_fingerprint import training_fingerprint
from tests.include.training.examples import churn, customers, dataset, split


@pytest.fixture(autouse=True)
def _known_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "fingerprint_of_code", lambda room: f"code of {room}")


def _fingerprint(spec: ModelSpec, **changed: Any) -> Fingerprint:
    frame = changed.get("frame", customers())
    return training_fingerprint(spec, divide(spec, frame, changed.get("parts", split(frame))), dataset(frame))


FIRST = churn()


def test_the_same_rows_and_spec_have_the_same_fingerprint_whatever_the_order_of_the_rows() -> None:
    shuffled = customers().sample(frac=1, random_state=1)
    again = _fingerprint(FIRST, frame=shuffled, parts=split(customers()).reindex(shuffled.index))
    assert again.value == _fingerprint(FIRST).value


@pytest.mark.parametrize(
    ("spec", "cause"),
    [
        (churn(seed=8), "parameters.training.seed changed from 7 to 8"),
        (churn(parameters={"C": 2.0}), "parameters.training.parameters.C is new: 2.0"),
        (churn(baseline="most_frequent"), "parameters.baseline changed from prior to most_frequent"),
    ],
)
def test_what_the_spec_says_of_training_is_part_of_it(spec: ModelSpec, cause: str) -> None:
    assert _fingerprint(spec).causes(since=_fingerprint(FIRST)) == [cause]


def test_a_row_that_moves_between_the_parts_is_part_of_it() -> None:
    parts = split(customers())
    parts.iloc[[0, 2]] = parts.iloc[[2, 0]].to_numpy()
    causes = _fingerprint(FIRST, parts=parts).causes(since=_fingerprint(FIRST))
    assert [cause.split()[0] for cause in causes] == ["data.holdout_rows", "data.training_rows"]


def test_who_owns_the_model_and_when_it_runs_is_not() -> None:
    moved = FIRST.model_copy(update={"owner": "somebody else", "description": "new", "tags": ("a",)})
    assert _fingerprint(moved).value == _fingerprint(FIRST).value


def test_the_metric_of_the_gates_is_part_of_it_only_where_it_steers_a_search() -> None:
    gates = FIRST.gates.model_validate({"beats_champion": {"metric": "roc_auc"}})
    tuned = churn(tuning={"space": {"C": {"kind": "float", "low": 0.1, "high": 1}}})
    for spec, differs in ((FIRST, False), (tuned, True)):
        other = spec.model_copy(update={"gates": gates})
        assert (_fingerprint(other).value != _fingerprint(spec).value) is differs


def test_what_decisions_are_worth_is_part_of_it() -> None:
    paid = [
        FIRST.model_validate({**FIRST.to_json(), "value": {"unit": "EUR", "false_negative": cost}}) for cost in (-5, -6)
    ]
    one, other = map(_fingerprint, paid)
    assert other.causes(since=one) == ["parameters.value.false_negative.plus changed from -5.0 to -6.0"]
    assert "value" not in _fingerprint(FIRST).parts["parameters"]


def test_a_simpler_model_beside_it_is_part_of_it() -> None:
    bound = {"observation": "improvement_over_simpler.roc_auc", "at_least": 0}
    asked = FIRST.model_validate({**FIRST.to_json(), "gates": {"bounds": [bound]}})
    assert _fingerprint(asked).causes(since=_fingerprint(FIRST)) == ["parameters.simpler is new: True"]


def test_the_file_of_a_build_in_the_house_is_part_of_it() -> None:
    named = FIRST.model_copy(
        update={
            "training": FIRST.training.model_copy(
                update={"build": "include.training.estimators.build_pipeline", "estimator": None}
            )
        }
    )
    assert "include.training.estimators.build_pipeline" in _fingerprint(named).parts["code"]


def test_the_release_of_an_allowed_package_is_part_of_it() -> None:
    named = churn(build="scipy.optimize.minimize", allowed_packages=["scipy"])
    assert set(_fingerprint(named).parts["environment"]["packages"]) == {"scipy"}
