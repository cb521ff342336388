from __future__ import annotations

import numpy as np
import pytest

from include.bench.drift_rates import Setting
from include.bench.drift_worlds import Change, World, counted, referenced
from include.monitoring.drift import measure_drift


@pytest.mark.parametrize(("change", "levels"), [("shift 0.3 sd", 0), ("90 % nulls", 0), ("unseen 2 %", 10)])
def test_a_changed_column_is_judged_alone_as_among_others(change: Change, levels: int) -> None:
    setting = Setting(world=World(levels=levels, columns=5), rows=200, change=change, important=0.3)
    rng = np.random.default_rng(2)
    reference = referenced(setting.world, rng)
    window = counted(reference.summary, setting.world.rows(200, rng, change))
    whole = measure_drift(reference.summary, window, setting.world.watched(0.3)).columns[0]
    first = reference.summary.model_copy(update={"columns": reference.summary.columns[:1]})
    alone = measure_drift(first, window, setting.drawn.watched(), false_alarms=setting.false_alarms).columns[0]
    assert alone == whole
    assert alone.false_alarms == pytest.approx(0.05 * (0.5 / 5 + 0.5 * 0.3))
