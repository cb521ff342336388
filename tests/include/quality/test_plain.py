from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from include.quality.plain import plain

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([np.float64("nan"), np.int8(3), np.True_, pd.NA, pd.NaT, pd.Timestamp(0), datetime.now(UTC), {1}])
    | st.builds(np.array, st.lists(st.floats(), max_size=3))
)


nested = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(), inner, max_size=4),
    max_leaves=12,
)


@given(nested)
def test_whatever_goes_in_comes_out_as_json(value: object) -> None:
    made = plain(value)
    assert json.loads(json.dumps(made, allow_nan=False)) == made


def test_numbers_that_json_lacks_become_null() -> None:
    assert plain([math.inf, np.float64("nan"), pd.NA]) == [None, None, None]


def test_scalars_of_numpy_keep_their_value_and_kind() -> None:
    assert plain({"n": np.int64(7), "x": np.float32(0.5), "yes": np.True_}) == {"n": 7, "x": 0.5, "yes": True}
