"""Specs for tests: the smallest one that is valid, with whatever a test wants to say about it."""

from __future__ import annotations

from typing import Any

from include.domain.spec import ModelSpec


def a_spec(**parts: Any) -> ModelSpec:
    """Return a small valid spec; ``data`` and ``training`` are merged into what it says already."""
    whole: dict[str, Any] = {
        "name": "churn",
        "owner": "growth",
        "task": "binary",
        "data": {"source": "churn.csv", "target": "left", **parts.pop("data", {})},
        "training": parts.pop("training", {"estimator": "sklearn.linear_model.LogisticRegression"}),
        **parts,
    }
    return ModelSpec.model_validate(whole)
