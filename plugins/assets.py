"""Assets: what one DAG of a model tells the others."""

from __future__ import annotations

from airflow.sdk import Asset


def challenger_asset(model: str) -> Asset:
    """Return the asset that says: a new version of the model wants to be judged."""
    return Asset(name=f"{model}.challenger", uri=f"sluice://models/{model}/challenger", group="sluice")


def champion_asset(model: str) -> Asset:
    """Return the asset that says: the model has a new champion."""
    return Asset(name=f"{model}.champion", uri=f"sluice://models/{model}/champion", group="sluice")


def retrain_asset(model: str) -> Asset:
    """Return the asset that says: monitoring asks for training; its event carries the request."""
    return Asset(name=f"{model}.retrain", uri=f"sluice://models/{model}/retrain", group="sluice")


def predictions_asset(model: str) -> Asset:
    """Return the asset that says: a window of rows was scored; window and set of predictions stand beside it."""
    return Asset(name=f"{model}.predictions", uri=f"sluice://models/{model}/predictions", group="sluice")
