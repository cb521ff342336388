"""Publishing: the card lies with the version's run, and the version's description leads to it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from include.deployment.pages import mlflow_page, run_page, version_page
from include.domain.references import ModelVersionRef
from include.mlflow_server import answering, open_client
from include.model_card.card import ModelCard
from include.model_card.html import as_html
from include.model_card.markdown import as_markdown
from include.model_card.sources import read_sources
from include.model_card.writing import write_card
from include.storage.store import Store

FOLDER = "card"
HTML_FILE, MARKDOWN_FILE = f"{FOLDER}/model_card.html", f"{FOLDER}/model_card.md"

_LINE = "[Model card]("


def read_card(version: ModelVersionRef, store: Store, more: Mapping[str, str] | None = None) -> ModelCard:
    """Return the card of a version as it stands now.

    Parameters
    ----------
    version : ModelVersionRef
    store : Store
        Where the ledger lies.
    more : mapping of str to str, optional
        Further addresses by their titles.

    Raises
    ------
    SluiceError
        If the run was not trained by this project, or MLflow does not answer.
    """
    seen = read_sources(version, store)
    links = {
        "Version in MLflow": version_page(version.name, version.version),
        "MLflow run": run_page(seen.experiment_id, version.run_id),
        **(more or {}),
    }
    return write_card(seen, links)


def publish_card(version: ModelVersionRef, store: Store, more: Mapping[str, str] | None = None) -> str:
    """Write the card of a version to its run, lead to it from the version's description, and return its page.

    Written again, it replaces the one that was there.
    """
    card = read_card(version, store, more)
    with answering(version.name), tempfile.TemporaryDirectory() as scratch:
        client = open_client()
        folder = Path(scratch)
        (folder / Path(HTML_FILE).name).write_text(as_html(card), encoding="utf-8")
        (folder / Path(MARKDOWN_FILE).name).write_text(as_markdown(card), encoding="utf-8")
        client.log_artifacts(version.run_id, scratch, FOLDER)
        page = card_page(client.get_run(version.run_id).info.experiment_id, version.run_id)
        described = client.get_model_version(version.name, str(version.version)).description or ""
        if _LINE not in described:
            client.update_model_version(version.name, str(version.version), f"{_LINE}{page})\n\n{described}"[:5000])
    return page


def card_page(experiment_id: str, run_id: str) -> str:
    """Return the address under which MLflow shows the card."""
    return mlflow_page(f"experiments/{experiment_id}/runs/{run_id}/artifacts/{HTML_FILE}")
