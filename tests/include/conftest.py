"""What unit tests do not wait for: a disk that confirms every file, and a vendor who describes himself every time."""

from __future__ import annotations

import os
from collections.abc import Iterator

import botocore.session
import pytest
from botocore.loaders import Loader, create_loader


@pytest.fixture(scope="session", autouse=True)
def _files_need_not_survive_a_power_cut() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _every_client_knows_the_same_services() -> Iterator[None]:
    """Let boto3 read the megabytes that describe its services once, and not for every client."""
    shared: dict[str | None, Loader] = {}

    def loader(search_path: str | None = None) -> Loader:
        if search_path not in shared:
            shared[search_path] = create_loader(search_path)
        return shared[search_path]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", loader)
        yield
