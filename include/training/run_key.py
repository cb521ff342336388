"""Run keys: the one name that all tries of a task share, so that a retry finds what the try before it left behind."""

from __future__ import annotations

from pydantic import Field

from include.domain.record import Record


class RunKey(Record):
    """Who asks for a training.

    Parameters
    ----------
    dag_run : str
        Run id of the DAG run.
    task : str
        Task id.
    map_index : int
        Index of a mapped task; -1 for one that is not.
    url : str, optional
        Page of the DAG run in Airflow, without secrets.

    Examples
    --------
    >>> RunKey(dag_run="manual__2026-01-01", task="train_model").value
    'manual__2026-01-01/train_model/-1'
    """

    dag_run: str = Field(pattern=r"^[^'\"`\\]+$")
    task: str = Field(pattern=r"^[^'\"`\\]+$")
    map_index: int = -1
    url: str | None = None

    @property
    def value(self) -> str:
        """The key under which the MLflow run is found again."""
        return f"{self.dag_run}/{self.task}/{self.map_index}"
