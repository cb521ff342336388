"""The example specs on the data that the demo writes: every data check and every gate passes, with room to spare."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.data.split import split_rows
from include.domain.evidence import Evidence, Observation
from include.domain.gate import decide
from include.domain.references import Window
from include.domain.requirement import CHAMPIONS
from include.domain.spec import ModelSpec
from include.drafting.checking import check_spec
from include.evaluation.evaluate import evaluate_candidate
from include.quality.checks import check_dataset
from include.simulators.demand_story import HISTORY
from include.simulators.example_data import write_example_data
from include.spec_files import load_specs
from include.spec_files.schema import SCHEMA_COMMENT
from include.storage.store import open_store
from include.training.estimators import build_baseline, build_pipeline
from include.training.models import predict
from include.training.rows import DividedRows, Rows, divide
from include.training.threshold import choose_threshold, with_threshold

pytestmark = pytest.mark.integration

SPECS = Path(__file__).parents[2] / "include" / "specs"
EXAMPLES = ("breast_cancer", "card_fraud", "grocery_demand")
FIT_SECONDS = 20
LEARNED_FROM = {"grocery_demand": HISTORY}
"""What the demo's first champion learns from, where that is not all there is."""


@pytest.fixture(scope="module")
def working_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_example_data(folder / ".sluice" / "data")
    return folder


@pytest.fixture(params=EXAMPLES)
def spec(request: pytest.FixtureRequest, working_directory: Path, monkeypatch: pytest.MonkeyPatch) -> ModelSpec:
    monkeypatch.chdir(working_directory)
    (found,) = load_specs(SPECS, only=request.param)
    return found


def test_the_examples_are_all_there_is_and_editors_know_their_schema() -> None:
    assert tuple(spec.name for spec in load_specs(SPECS)) == EXAMPLES
    for path in SPECS.glob("*.yaml"):
        assert path.read_text(encoding="utf-8").startswith(SCHEMA_COMMENT + "\n")


def test_checking_finds_nothing_wrong(spec: ModelSpec) -> None:
    assert check_spec(SPECS / f"{spec.name}.yaml", look_at_data=True) == []


def test_every_expectation_is_met_and_no_row_is_set_aside(spec: ModelSpec, tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    raw = take_snapshot(spec, store)
    first = check_dataset(spec, raw, store, suite="raw", as_of=None, folder=SPECS)
    assert first.accepted.rows == raw.rows
    second = check_dataset(
        spec, clean_dataset(spec, first.accepted, store), store, suite="clean", as_of=None, folder=SPECS
    )
    for result in (first, second):
        verdict = decide(spec.data_gate(), result.evidence)
        assert verdict.passed, verdict.as_text()


def decided(spec: ModelSpec, rows: DividedRows, make: Callable[[], Any]) -> Any:
    """Fit as training does: to all rows, with the threshold that validation rows choose."""

    def fitted(part: Rows) -> Any:
        return make().fit(part.features, part.target)

    return with_threshold(spec, fitted(rows.fitted), choose_threshold(spec, rows, lambda: fitted(rows.searching)))


def test_a_model_is_fitted_in_seconds_and_passes_its_gate(spec: ModelSpec, tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    raw = take_snapshot(spec, store, window=LEARNED_FROM.get(spec.name, Window()))
    frame = read_frame(clean_dataset(spec, raw, store), store)
    parts = split_rows(spec, frame)
    late = frame[parts == "holdout"]
    rows = divide(spec, frame, parts)
    started = time.process_time()
    model = decided(spec, rows, lambda: build_pipeline(spec, rows.columns, spec.training.parameters))
    assert time.process_time() - started < FIT_SECONDS
    baseline = decided(spec, rows, lambda: build_baseline(spec))
    said, simple = predict(spec, model, late), predict(spec, baseline, late)
    seen = evaluate_candidate(spec, late, said, simple, rows.fitted.hashes)
    first = Evidence(subject=spec.name, observations=(Observation(name=CHAMPIONS, value=0),))
    verdict = decide(spec.model_gate(), seen.joined(first))
    assert verdict.passed, verdict.as_text()
