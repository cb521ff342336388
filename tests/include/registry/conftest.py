from __future__ import annotations

import pytest

from tests.include.registry.house import House


@pytest.fixture
def house() -> House:
    return House()
