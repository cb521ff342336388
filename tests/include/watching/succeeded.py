"""A succession for tests: version 2 replaced version 1, served one labelled window, and errs so much more or less."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.domain.evidence import Evidence, Observation
from include.domain.monitored import MonitoredWindow
from include.domain.predictions import Predictions
from include.domain.references import ModelVersionRef, Window
from include.domain.verdict import Reason, Verdict
from include.monitoring.shelf import keep_window
from tests.include.registry.house import MODEL, START, House
from tests.specs import a_spec

SPEC = a_spec(
    name=MODEL,
    task="regression",
    data={"target": "sold", "time": "day"},
    training={"estimator": "sklearn.linear_model.Ridge"},
    retraining={"watch": 2},
)


def a_succession(
    monkeypatch: pytest.MonkeyPatch, *, off: float, cleaning: list[dict[str, Any]] | None = None, first: bool = False
) -> House:
    """Return a house whose champion, version 2, has errors so many times those of version 1.

    Parameters
    ----------
    monkeypatch : MonkeyPatch
    off : float
    cleaning : list of dict, optional
        Of version 2 alone.
    first : bool
        Whether version 2 is the first champion.
    """
    house = House()
    if not first:
        house.promote(1, None)
    house.promote(2, None if first else 1)
    keep_window(house.store, a_labelled_window(2))
    specs = {1: SPEC, 2: type(SPEC).model_validate({**SPEC.to_json(), "cleaning": cleaning or []})}
    rows = pd.DataFrame({"sold": np.random.default_rng(7).normal(10, 3, 200)})

    def rows_in(spec: Any, store: Any, window: Window, labels: pd.Series, *, version: int) -> Any:
        return SimpleNamespace(served=SimpleNamespace(frame=rows.assign(sold=labels)))

    def predict(spec: Any, model: str, frame: pd.DataFrame) -> Predictions:
        version = int(model.rpartition("/")[2])
        errors = np.random.default_rng(version).normal(0, off if version == 2 else 1.0, len(frame))
        return Predictions(frame["sold"].to_numpy() + errors)

    room = "include.watching.succession"
    monkeypatch.setattr(f"{room}._spec_of", lambda model, version: specs[version])
    monkeypatch.setattr(f"{room}.known_labels", lambda *asked, **named: SimpleNamespace(by_row=rows["sold"]))
    monkeypatch.setattr(f"{room}.rows_in", rows_in)
    monkeypatch.setattr(f"{room}.load_model", lambda uri, **named: uri)
    monkeypatch.setattr(f"{room}.predict", predict)
    monkeypatch.setattr("include.registry.rollback.MlflowRegistry", lambda: house.registry)
    return house


def a_labelled_window(version: int) -> MonitoredWindow:
    """Return a window whose labels have come, of which nothing was lost."""
    name = "realised.lost.mean_absolute_error"
    passed = Reason(requirement=name, outcome="passed", asked="not surely above 0", seen="0.1")
    return MonitoredWindow(
        model=MODEL,
        window=Window(start=START, end=START + timedelta(days=1)),
        as_of=START + timedelta(days=2),
        version=ModelVersionRef(name=MODEL, version=version, run_id=f"r{version}"),
        evidence=Evidence(subject=MODEL, observations=(Observation(name=name, value=0.1),)),
        verdicts=(Verdict(gate="realised_quality", subject=MODEL, outcome="passed", reasons=(passed,)),),
    )
