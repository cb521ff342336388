from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from include.domain.errors import TrustError
from include.domain.spec import ModelSpec
from include.training.estimators import build_baseline, build_pipeline
from include.training.model_files import types_to_trust, write_model
from include.training.rows import divide
from tests.include.training.examples import HISTOGRAM, churn, customers, split

ROWS = divide(churn(), customers(), split(customers()))


def _fitted(function: str, **training: Any) -> tuple[ModelSpec, Any]:
    spec = churn(build=f"tests.include.training.examples.{function}", allowed_packages=["tests"], **training)
    return spec, build_pipeline(spec, ROWS.columns, {}).fit(ROWS.fitted.features, ROWS.fitted.target)


def test_requirements_are_exact(tmp_path: Path) -> None:
    baseline = build_baseline(churn()).fit(ROWS.fitted.features, ROWS.fitted.target)
    write_model(tmp_path / "model", churn(), baseline)
    written = (tmp_path / "model" / "requirements.txt").read_text().split()
    assert f"scikit-learn=={version('scikit-learn')}" in written
    assert all("==" in line for line in written)


def test_models_of_the_house_need_no_leave() -> None:
    spec = churn(HISTOGRAM)
    made = build_pipeline(spec, ROWS.columns, {"max_iter": 2}).fit(ROWS.fitted.features, ROWS.fitted.target)
    assert all(name.startswith(("sklearn.", "numpy.")) for name in types_to_trust(spec, made))


def test_a_class_of_the_projects_own_needs_the_leave_of_the_spec() -> None:
    name = "tests.include.training.examples.Own"
    spec, made = _fitted("build_own")
    with pytest.raises(TrustError, match=rf"{name}\. If you know them to be harmless, name them in training\.trusted"):
        types_to_trust(spec, made)
    spec, made = _fitted("build_own", trusted_types=[name])
    assert types_to_trust(spec, made) == [name]


def test_what_only_pickle_can_store_is_refused_in_plain_words() -> None:
    spec, made = _fitted("build_lambda")
    with pytest.raises(TrustError, match="the model churn"):
        types_to_trust(spec, made)
