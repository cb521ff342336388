"""Train the segments of a chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.domain.fleet import ChunkRef, SegmentResult
from include.domain.spec import ModelSpec
from plugins.operators.step import StepOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class TrainSegmentsOperator(StepOperator):
    """Train and judge every segment of a chunk, and return where the store keeps what became of them.

    :param chunk: JSON of the :class:`ChunkRef`. (templated)
    """

    template_fields = ("chunk",)

    def __init__(self, *, spec: ModelSpec, chunk: Any, **kwargs: Any) -> None:
        super().__init__(spec=spec, **kwargs)
        self.chunk = chunk

    def execute(self, context: Context) -> str:
        """Return the key of the chunk's results."""
        from include.fleet.assembling import latest_results
        from include.fleet.chunk import train_chunk

        store = self.house.store()
        return train_chunk(
            self.spec,
            ChunkRef.model_validate(self.chunk),
            store,
            processes=self.house.home.fleet_processes,
            before=latest_results(self.spec, store),
            told=self._tell,
        )

    def _tell(self, done: int, of: int, result: SegmentResult) -> None:
        """Log what failed, and every tenth of the way."""
        if result.outcome == "failed":
            self.log.warning("segment %s failed: %s", result.segment, result.reason)
        if done == of or done * 10 // of > (done - 1) * 10 // of:
            self.log.info("%d of %d segments; the last, %s: %s", done, of, result.segment, result.outcome)
