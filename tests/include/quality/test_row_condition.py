from __future__ import annotations

import pytest

from include.quality.row_condition import fault_in_condition


@pytest.mark.parametrize(
    "condition",
    [
        "payment == 2",
        "`payment type` in [1, 2] and not (fare < 0 or fare > -1.5)",
        "plan != 'free' & fare.notnull()",
        "fare + tip <= total * 2",
        "`Gebühr` == 'ä'",
    ],
)
def test_columns_and_values_may_be_compared(condition: str) -> None:
    assert fault_in_condition(condition) is None


@pytest.mark.parametrize(
    "condition",
    [
        "@pd.eval('1')",
        "fare.to_pickle('/tmp/x')",
        "fare.__class__ == 1",
        "__import__('os').system('true') == 0",
        "fare.isna(1)",
        "fare.to_clipboard()",
        "fare.str.len().isna()",
        "(lambda: 1)() == 1",
        "[x for x in fare]",
        "fare = 3",
        "",
    ],
)
def test_nothing_else_may_be_done(condition: str) -> None:
    assert fault_in_condition(condition) is not None
