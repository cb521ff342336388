from __future__ import annotations

from datetime import timedelta

import pytest

from include.domain.monitored import MonitoredWindow
from include.domain.references import Window
from tests.include.monitoring.windows import FIRST, monitored, verdict


def test_alarms_are_the_concerns_that_were_blocked() -> None:
    seen = monitored(input_drift="blocked", data_quality="blocked", realised_quality="inconclusive")
    assert seen.alarms == ("data_quality", "input_drift")
    assert seen.outcome("estimated_quality") is None


@pytest.mark.parametrize("window", [Window(), Window(start=FIRST), Window(start=FIRST, end=FIRST)])
def test_a_monitored_window_has_two_sides(window: Window) -> None:
    with pytest.raises(ValueError, match="begins before it ends"):
        MonitoredWindow.model_validate({**monitored().to_json(), "window": window.to_json()})


def test_a_concern_is_judged_once() -> None:
    twice = (verdict("input_drift", "passed"), verdict("input_drift", "blocked"))
    with pytest.raises(ValueError, match="'input_drift' is no concern, or is judged twice"):
        MonitoredWindow(
            model="churn",
            window=Window(start=FIRST, end=FIRST + timedelta(days=1)),
            as_of=FIRST,
            evidence=monitored().evidence,
            verdicts=twice,
        )


def test_json_brings_back_the_window() -> None:
    assert MonitoredWindow.model_validate_json(monitored(input_drift="blocked").model_dump_json()) == monitored(
        input_drift="blocked"
    )
