"""A card of a real run: written to it, led to from the version, written anew when something happened."""

from __future__ import annotations

from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient

from include.domain.errors import RegistryError
from include.model_card.publishing import HTML_FILE, MARKDOWN_FILE, publish_card, read_card
from include.model_card.sources import find_version
from include.registry.aliases import move_alias
from include.registry.versions import record_verdict
from include.storage.store import Store
from tests.include.model_card.cards import a_verdict
from tests.integration.test_judging import customers, registered, spec_of, store

__all__ = ["customers", "store"]

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mlflow_store")]


def test_the_card_follows_what_happens_to_the_version(customers: str, store: Store, tmp_path: Path) -> None:
    version = registered(spec_of(customers, description="Who is about to leave."), store, "first")
    publish_card(version, store)
    page = publish_card(version, store)
    described = MlflowClient().get_model_version("churn", "1").description
    assert described.startswith(f"[Model card]({page})\n\n")
    assert described.count("[Model card]") == 1
    before = mlflow.artifacts.load_text(f"runs:/{version.run_id}/{MARKDOWN_FILE}")
    assert "Not judged yet." in before

    verdict = a_verdict("inconclusive")
    record_verdict(version, verdict)
    move_alias(
        store,
        "churn",
        "champion",
        1,
        action="promote",
        actor="grace",
        reason="needed",
        verdict=verdict,
        judged_against=None,
        overridden=True,
        run="churn.promotion/7",
    )
    publish_card(version, store)
    after = mlflow.artifacts.load_text(f"runs:/{version.run_id}/{MARKDOWN_FILE}")
    assert "grace overrode an inconclusive gate: needed." in after
    assert "| Standing | champion |" in after
    assert "The gate could not tell about roc_auc" in mlflow.artifacts.load_text(f"runs:/{version.run_id}/{HTML_FILE}")

    assert [find_version(name).version for name in ("churn", "churn@1", "churn@champion")] == [1, 1, 1]
    for unknown in ("churn@2", "churn@challenger", "bikes"):
        with pytest.raises(RegistryError, match="sluice status"):
            find_version(unknown)
    facts = read_card(version, store).data
    assert int(facts["Training rows"]) + int(facts["Holdout rows"]) == int(facts["Rows"].replace(",", ""))
