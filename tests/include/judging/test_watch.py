from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.predictions import Predictions
from include.domain.references import ModelVersionRef, Window
from include.domain.retraining import Findings
from include.judging.watch import watch_champion
from include.registry.loop_stop import stopped_by
from tests.include.registry.house import MODEL, House
from tests.specs import a_spec

START = datetime(2026, 1, 1, tzinfo=UTC)
SPEC = a_spec(
    name=MODEL,
    task="regression",
    data={"target": "sold", "time": "day"},
    training={"estimator": "sklearn.linear_model.Ridge"},
    retraining={"watch": 2},
)
CHAMPION = ModelVersionRef(name=MODEL, version=2, run_id="r2")


@pytest.fixture
def house() -> House:
    """Return a house in which version 2 has replaced version 1."""
    house = House()
    house.promote(1, None)
    house.promote(2, 1)
    return house


def labelled(*days: int, version: int = 2) -> list[Findings]:
    windows = [Window(start=START + timedelta(days=day), end=START + timedelta(days=day + 1)) for day in days]
    return [Findings(window=window, version=version, judged=("realised_quality",)) for window in windows]


def rows(windows: Sequence[Window]) -> pd.DataFrame:
    return pd.DataFrame({"sold": np.random.default_rng(len(windows)).normal(10, 3, 100 * len(windows))})


def watch(house: House, findings: list[Findings], off: float, spec: Any = SPEC) -> Any:
    """Watch version 2, whose errors are so many times those of version 1."""

    def ask(version: int, frame: pd.DataFrame) -> Predictions:
        errors = np.random.default_rng(version).normal(0, off if version == 2 else 1.0, len(frame))
        return Predictions(frame["sold"].to_numpy() + errors)

    return watch_champion(
        spec, house.store, findings, CHAMPION, rows=rows, ask=ask, actor="watch", registry=house.registry
    )


def test_a_champion_that_is_worse_is_taken_back_and_the_loop_stops(house: House) -> None:
    decision, entry = watch(house, labelled(1), off=3.0)
    assert decision.outcome == "take_back"
    assert (entry.to_version, entry.actor, entry.automatic, entry.reason) == (1, "watch", True, decision.reason)
    assert house.aliases == {"champion": 1}
    assert stopped_by(house.store, MODEL) == entry


def test_a_good_one_is_looked_at_once_a_labelled_window_and_then_trusted(house: House) -> None:
    first, _ = watch(house, labelled(1), off=0.5)
    assert (first.outcome, first.look, first.looks) == ("go_on", 1, 2)
    assert watch(house, labelled(1), off=9.0) is None
    second, _ = watch(house, labelled(1, 2), off=0.5)
    assert second.outcome == "trusted"
    assert watch(house, labelled(1, 2, 3), off=9.0) is None
    assert house.aliases == {"champion": 2}


def test_windows_of_another_version_or_without_labels_are_not_looked_at(house: House) -> None:
    unlabelled = [found.model_copy(update={"judged": ("input_drift",)}) for found in labelled(2)]
    assert watch(house, [*labelled(0, version=1), *unlabelled], off=9.0) is None


def test_nobody_watches_where_the_spec_does_not_ask_for_it(house: House) -> None:
    for block in (None, {"watch": 0}):
        spec = SPEC.model_validate({**SPEC.to_json(), "retraining": block})
        assert watch(house, labelled(1), off=9.0, spec=spec) is None


def test_the_first_champion_has_nobody_to_be_compared_with(house: House) -> None:
    alone = House()
    alone.promote(2, None)
    assert watch(alone, labelled(1), off=9.0) is None
