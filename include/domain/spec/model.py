"""The spec of a model: everything that a person decides about it, in one file."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from include.domain.gate import (
    CHECKED_EXPECTATIONS,
    FAILED_REQUIRED_EXPECTATIONS,
    HOLDOUT_IN_CHALLENGER_TRAINING,
    HOLDOUT_IN_CHAMPION_TRAINING,
    QUARANTINED_SHARE,
    ROWS,
    Bound,
    GateSpec,
    Improvement,
)
from include.domain.metric import DECIDING, METRICS, Task, metrics_of
from include.domain.record import Record
from include.domain.spec.data import CleaningStep, DataSpec, Label
from include.domain.spec.fields import Duration, ModelName
from include.domain.spec.gates import Beats, GatesSpec
from include.domain.spec.quality import QualitySpec
from include.domain.spec.schedule import Retries, Schedule, Timeouts
from include.domain.spec.training import TrainingSpec


class PromotionSpec(Record):
    """Who moves the alias ``champion`` once the gate has passed."""

    by: Literal["automatic", "approval"] = Field(
        default="automatic", description="approval waits for a person in the Airflow UI"
    )
    timeout: Duration = Field(default="3d", description="No answer by then means no", validate_default=True)


class ModelSpec(Record):
    """Everything that a person decides about one model."""

    name: ModelName = Field(description="Lower case letters, digits and _; DAGs, registry and ledger use it")
    owner: str = Field(min_length=1, description="Who answers for the model; Airflow shows it")
    description: str = Field(default="", description="What the model is for")
    task: Task = Field(description="What kind of prediction it makes")
    data: DataSpec
    cleaning: tuple[CleaningStep, ...] = Field(
        default=(), description="Steps in order; the same at training and at serving"
    )
    quality: QualitySpec = QualitySpec()
    training: TrainingSpec
    gates: GatesSpec = GatesSpec()
    promotion: PromotionSpec = PromotionSpec()
    schedule: Schedule | None = Field(
        default=None, description="A cron line, several, or a mapping; on demand only if left out"
    )
    retries: Retries = Retries()
    timeouts: Timeouts = Timeouts()
    tags: tuple[str, ...] = Field(default=(), description="Airflow shows and filters by them")

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        for where, metric in self._metrics_asked():
            self._check_metric(where, metric)
        if self.data.positive is not None and self.task != "binary":
            raise ValueError("data.positive is for task: binary")
        self._check_split()
        self._check_baseline()
        return self

    def _metrics_asked(self) -> list[tuple[str, str]]:
        asked = [("gates.beats_baseline.metric", self.gates.beats_baseline.metric)]
        asked += [("gates.beats_champion.metric", self.gates.beats_champion.metric)]
        if self.training.tuning:
            asked += [("training.tuning.metric", self.training.tuning.metric)]
        asked += [
            (f"gates.bounds[{i}].observation", b.observation)
            for i, b in enumerate(self.gates.bounds)
            if b.observation in METRICS
        ]
        return [(where, metric) for where, metric in asked if metric is not None]

    def _check_metric(self, where: str, metric: str) -> None:
        if metric not in METRICS or self.task not in METRICS[metric].tasks:
            known = ", ".join(m.name for m in metrics_of(self.task))
            raise ValueError(f"{where}: {metric!r} is no metric of a {self.task} model; expected one of {known}")

    def _check_split(self) -> None:
        by = self.training.split.by
        if by == "time" and self.data.time is None:
            raise ValueError("training.split.by: time needs data.time")
        if by == "group" and self.data.entity is None:
            raise ValueError("training.split.by: group needs data.entity")

    def _check_baseline(self) -> None:
        fits = ("mean", "median") if self.task == "regression" else ("prior", "most_frequent")
        baseline = self.training.baseline
        if baseline is not None and baseline not in fits:
            raise ValueError(
                f"training.baseline: {baseline} does not fit a {self.task} model; expected {' or '.join(fits)}"
            )

    @property
    def has_label_step(self) -> bool:
        """Whether the target is computed rather than read."""
        return any(isinstance(step, Label) for step in self.cleaning)

    @property
    def deciding_metric(self) -> str:
        """The metric that decides between champion and challenger."""
        return self.gates.beats_champion.metric or DECIDING[self.task]

    @property
    def split_by(self) -> Literal["time", "group", "stratified"]:
        """How rows are divided, where the spec leaves it open."""
        if self.training.split.by:
            return self.training.split.by
        if self.data.time:
            return "time"
        return "group" if self.data.entity else "stratified"

    @property
    def baseline(self) -> str:
        """The simple model to beat."""
        return self.training.baseline or ("median" if self.task == "regression" else "prior")

    def improvement(self, rival: Literal["baseline", "champion"]) -> Improvement:
        """Return what a candidate has to show against a rival."""
        beats: Beats = self.gates.beats_baseline if rival == "baseline" else self.gates.beats_champion
        terms = beats.model_dump(exclude={"metric"})
        return Improvement(rival=rival, metric=beats.metric or DECIDING[self.task], **terms)

    def data_gate(self) -> GateSpec:
        """Return the gate before training: enough rows, every required expectation met, few rows set aside."""
        return GateSpec(
            name="data",
            requirements=(
                Bound(observation=ROWS, at_least=self.quality.rows_at_least),
                Bound(observation=CHECKED_EXPECTATIONS, at_least=1),
                Bound(observation=FAILED_REQUIRED_EXPECTATIONS, at_most=0),
                Bound(observation=QUARANTINED_SHARE, at_most=self.quality.quarantine.at_most_share),
            ),
        )

    def model_gate(self) -> GateSpec:
        """Return the gate before promotion: untouched holdout rows, both rivals, and the bounds of the spec."""
        untouched = (
            Bound(observation=HOLDOUT_IN_CHALLENGER_TRAINING, at_most=0),
            Bound(observation=HOLDOUT_IN_CHAMPION_TRAINING, at_most=0),
        )
        rivals = (self.improvement("baseline"), self.improvement("champion"))
        return GateSpec(name="model", requirements=(*untouched, *rivals, *(b.as_bound() for b in self.gates.bounds)))
