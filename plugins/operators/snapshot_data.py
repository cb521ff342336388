"""Snapshot the data of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plugins.operators.step import StepOperator, asks
from plugins.windows import run_window

if TYPE_CHECKING:
    from airflow.sdk import Context


class SnapshotDataOperator(StepOperator):
    """Store what the source holds for the run's window, immutably, and return its :class:`DatasetRef` as JSON."""

    def execute(self, context: Context) -> dict[str, Any]:
        """Take the snapshot."""
        from include.data.snapshot import take_snapshot
        from include.domain.spec import DataSpec

        asked = asks(context, "source")
        source = DataSpec(source=asked, target=self.spec.data.target).source if asked else self.spec.data.source
        dataset = take_snapshot(
            self.spec,
            self.house.store(),
            window=run_window(self.spec, context),
            source=source,
            access=self.house.access(source),
            force=bool(asks(context, "force")),
        )
        self.say(dataset.cause, reused=dataset.reused)
        return dataset.to_json()
