"""Comparison: which clean columns are held against the data that the champion was trained on, and on which terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from include.domain.references import DatasetRef
from include.domain.spec import Expectation, ModelSpec
from include.quality.asked import REFERENCE
from include.quality.distribution import Partition
from include.quality.outcome import Outcome
from include.quality.wording import share_of_one

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

_SHOWN = 4


class Comparison(NamedTuple):
    """Which columns are compared with a reference, and which cannot be.

    Parameters
    ----------
    reference : DatasetRef, optional
        None where nothing is compared.
    columns : tuple of str
    notes : tuple of str
        Why a column is left out.
    """

    reference: DatasetRef | None = None
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


NOT_COMPARED = Comparison()


def compared_columns(spec: ModelSpec, dataset: DatasetRef, reference: DatasetRef) -> Comparison:
    """Return the columns to compare: those the spec lists, or the features that both datasets hold.

    A feature that the reference does not hold is new since the champion, and has nothing to be compared with.
    """
    wanted = spec.quality.reference.columns
    held = tuple(column.name for column in dataset.columns)
    if not isinstance(wanted, str):
        return Comparison(reference, wanted)
    then = {column.name for column in reference.columns}
    features = tuple(name for name in spec.data.feature_columns(held) if name in held)
    new = tuple(
        f"not compared: {name!r} is not among the champion's training data" for name in features if name not in then
    )
    return Comparison(reference, tuple(name for name in features if name in then), new)


def same_distribution(spec: ModelSpec, column: str, partition: Partition) -> Expectation:
    """Expect a column to diverge from a partition by no more than the spec allows."""
    terms = spec.quality.reference
    return Expectation(
        type="expect_column_kl_divergence_to_be_less_than",
        name=f"{REFERENCE}{column}",
        kwargs={
            "column": column,
            "threshold": terms.at_most,
            "partition_object": {"values": list(partition.labels), "weights": partition.shares.tolist()},
        },
        required=terms.required,
        because=f"the champion was trained on such data (at most {terms.at_most:g} nats apart)",
    )


def with_changes(outcome: Outcome, result: ExpectationValidationResult | None) -> Outcome:
    """Say of a column that has moved where it moved from and to: the bins that contribute most."""
    details = ((result.result if result else None) or {}).get("details")
    if outcome.met or not details:
        return outcome
    seen, expected = details["observed_partition"], details["expected_partition"]
    moves = zip(seen["values"], expected["weights"], seen["weights"], strict=True)
    largest = sorted(moves, key=lambda move: -abs(move[2] - move[1]))[:_SHOWN]
    text = ", ".join(f"{label} {share_of_one(old)} → {share_of_one(new)}" for label, old, new in largest)
    return outcome.observing(f"{outcome.observed} nats: {text}")
