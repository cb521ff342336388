"""MLflow's Model Registry as the ledger sees it: aliases, tags of versions, and how far the ledger reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from mlflow.exceptions import MlflowException

from include.domain.record import Record
from include.mlflow_server import ABSENT, answering, open_client

LEDGER_TAG = "sluice.ledger"
VERDICT_TAG = "sluice.verdict"
REASONS_TAG = "sluice.verdict.reasons"
VERDICT_DIGEST_TAG = "sluice.verdict.digest"
VERDICT_EVIDENCE_TAG = "sluice.verdict.evidence"


class RegisteredModel(Record):
    """What the registry says of a model.

    Parameters
    ----------
    aliases : dict of str to int
        Versions by alias.
    reached : tuple of (int, str), optional
        Position and hash of a ledger entry that the aliases followed; a ledger that holds it not is not theirs.
    """

    aliases: dict[str, int] = {}
    reached: tuple[int, str] | None = None


class Registry(Protocol):
    """What the ledger needs of a model registry."""

    def read(self, model: str) -> RegisteredModel:
        """Return what is known of a model; nothing if it has no version yet."""
        ...

    def tags(self, model: str, version: int) -> dict[str, str] | None:
        """Return the tags of a version, or None where there is no such version."""
        ...

    def point(self, model: str, alias: str, version: int | None) -> None:
        """Let an alias point at a version, or take it away; somebody else may do so at the same time and win."""
        ...

    def note(self, model: str, reached: tuple[int, str]) -> None:
        """Note which ledger entry the aliases followed; somebody else may do so at the same time and win."""
        ...


class MlflowRegistry:
    """The registry behind ``MLFLOW_TRACKING_URI``."""

    def read(self, model: str) -> RegisteredModel:
        """Return what is known of a model; nothing if it has no version yet."""
        with answering(model):
            try:
                found = open_client().get_registered_model(model)
            except MlflowException as error:
                if error.error_code == ABSENT:
                    return RegisteredModel()
                raise
        position, _, entry_hash = found.tags.get(LEDGER_TAG, "").partition(" ")
        return RegisteredModel(
            aliases={alias: int(version) for alias, version in found.aliases.items()},
            reached=(int(position), entry_hash) if position.isdigit() else None,
        )

    def tags(self, model: str, version: int) -> dict[str, str] | None:
        """Return the tags of a version, or None where there is no such version."""
        with answering(model):
            try:
                return dict(open_client().get_model_version(model, str(version)).tags)
            except MlflowException as error:
                if error.error_code == ABSENT:
                    return None
                raise

    def point(self, model: str, alias: str, version: int | None) -> None:
        """Let an alias point at a version, or take it away."""
        with answering(model), _first_writes():
            if version is None:
                open_client().delete_registered_model_alias(model, alias)
            else:
                open_client().set_registered_model_alias(model, alias, str(version))

    def note(self, model: str, reached: tuple[int, str]) -> None:
        """Note which ledger entry the aliases followed."""
        with answering(model), _first_writes():
            open_client().set_registered_model_tag(model, LEDGER_TAG, f"{reached[0]} {reached[1]}")


_WRITTEN_MEANWHILE = re.compile(r"UNIQUE constraint|UniqueViolation|Duplicate entry")
"""How SQLite, PostgreSQL and MySQL say that a row is there already."""


@contextmanager
def _first_writes() -> Iterator[None]:
    """Let the loser of a race to write an alias or a tag for the first time go on: MLflow looks first, then inserts.

    What the winner wrote may differ; whoever calls this reads again afterwards.
    """
    try:
        yield
    except MlflowException as error:
        if not _WRITTEN_MEANWHILE.search(str(error)):
            raise
