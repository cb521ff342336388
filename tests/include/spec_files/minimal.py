"""The smallest spec that can be read, and ways to write it down."""

from __future__ import annotations

from pathlib import Path

MINIMAL = """\
name: churn
owner: growth
task: binary
data:
  source: data/churn.parquet
  target: left
training:
  estimator: sklearn.linear_model.LogisticRegression
"""


def write(folder: Path, text: str = MINIMAL, name: str = "churn.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def named(name: str) -> str:
    return MINIMAL.replace("name: churn", f"name: {name}")
