"""What is asked of rows to be scored: all that can be asked before the outcome is known, and of each row by itself."""

from __future__ import annotations

from dataclasses import replace

from include.domain.spec import Expectation, ModelSpec
from include.quality.catalogue import is_row_level
from include.quality.questions import Questions

_OF_TRAINING = ("implied.rows", "implied.unique.")
"""How the titles start of what only training needs: enough rows, and each of them once."""

_LISTED = ("data.types", "data.categories")
"""Fields that may name columns which only training data hold."""


def questions_to_score(spec: ModelSpec, questions: Questions) -> Questions:
    """Return those questions that can be asked of rows without an outcome.

    A row that fails a required expectation about each row is set aside, whether the spec says ``quarantine`` or not:
    training can stop and wait for better data, and a champion has to answer about the other rows. An expectation that
    allows for some failing rows (``mostly``) is left as it is.
    """
    unknown = columns_known_afterwards(spec)
    left_out = [item for item in questions.expectations if unknown & _columns_of(item, unknown)]
    kept = [
        _setting_aside(item) for item in questions.expectations if item not in left_out and not _is_for_training(item)
    ]
    declared = [item.title for item in left_out if not item.title.startswith("implied.")]
    note = "not asked of rows to be scored, for what they are about is known only afterwards: " + ", ".join(declared)
    suspects = questions.suspects
    return replace(
        questions,
        expectations=tuple(kept),
        suspects=suspects._replace(
            learned=tuple(name for name in suspects.learned if name not in unknown),
            guessed=tuple(name for name in suspects.guessed if name not in unknown),
            set_aside=True,
        ),
        notes=(*questions.notes, *([note] if declared else [])),
    )


def columns_known_afterwards(spec: ModelSpec) -> frozenset[str]:
    """Return the columns that rows to be scored need not have, or have without a meaning yet."""
    paid_by = [name for _, name in spec.value.columns()] if spec.value else []
    return frozenset((spec.data.target, *spec.data.forbidden, *paid_by))


def _is_for_training(item: Expectation) -> bool:
    is_listed = item.title.startswith("implied.exists.") and item.because.startswith(_LISTED)
    return item.title.startswith(_OF_TRAINING) or is_listed


def _setting_aside(item: Expectation) -> Expectation:
    asks_each_row = item.required and is_row_level(item.type) and item.kwargs.get("mostly", 1) == 1
    return item.model_copy(update={"quarantine": True}) if asks_each_row else item


def _columns_of(item: Expectation, unknown: frozenset[str]) -> set[str]:
    named = {str(item.kwargs[key]) for key in ("column", "column_A", "column_B") if key in item.kwargs}
    named |= {str(name) for key in ("column_list", "column_set") for name in item.kwargs.get(key) or ()}
    condition = str(item.kwargs.get("row_condition") or "")
    return named | {name for name in unknown if name in condition}
