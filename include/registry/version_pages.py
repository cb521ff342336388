"""Pages of a version: where to look at it outside of MLflow, told by tags that MLflow shows beside it."""

from __future__ import annotations

from collections.abc import Mapping

from include.domain.references import ModelVersionRef
from include.mlflow_server import answering, open_client

PAGE_TAG = "sluice.page."
"""How the tags start that lead to a page; the page's title follows, spelled with underscores."""


def link_pages(version: ModelVersionRef, pages: Mapping[str, str]) -> None:
    """Tag a version with the addresses of pages about it; a newer address takes the place of an older one.

    Parameters
    ----------
    version : ModelVersionRef
    pages : mapping of str to str
        Addresses by title.
    """
    with answering(version.name):
        client = open_client()
        for title, address in pages.items():
            key = f"{PAGE_TAG}{title.replace(' ', '_')}"
            client.set_model_version_tag(version.name, str(version.version), key, address)
