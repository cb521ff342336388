"""The spec of a model: everything that a person decides about it, in one file."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from include.domain.catalogue import FAIRNESS, GROUP_RATES, UNSLICED, asked_by, worse_slices_name
from include.domain.gate import (
    CHAMPIONS,
    CHECKED_EXPECTATIONS,
    COMPOSED_AGAINST_ANOTHER,
    FAILED_REQUIRED_EXPECTATIONS,
    HOLDOUT_IN_CHALLENGER_TRAINING,
    HOLDOUT_IN_CHAMPION_TRAINING,
    QUARANTINED_SHARE,
    ROWS,
    Bound,
    GateSpec,
    Improvement,
    improvement_name,
    needs_champion,
)
from include.domain.metric import DECIDING, METRICS, VALUE, Metric, Task, metrics_of
from include.domain.record import Record
from include.domain.spec.data import AllBut, CleaningStep, DataSpec, Label
from include.domain.spec.evaluation import EvaluationSpec
from include.domain.spec.fields import Duration, ModelName
from include.domain.spec.gates import Beats, GatesSpec
from include.domain.spec.looking_back import check_lags
from include.domain.spec.monitoring import MonitoringSpec
from include.domain.spec.notify import NotifySpec
from include.domain.spec.quality import QualitySpec
from include.domain.spec.retraining import RetrainingSpec
from include.domain.spec.schedule import Retries, Schedule, Timeouts
from include.domain.spec.scoring import ScoringSpec
from include.domain.spec.segments import SegmentBy
from include.domain.spec.serving import ServingSpec
from include.domain.spec.training import Baseline, SeasonalNaiveSpec, TrainingSpec
from include.domain.spec.value import ValueSpec


class PromotionSpec(Record):
    """Who moves the alias ``champion`` once the gate has passed."""

    by: Literal["automatic", "approval"] = Field(
        default="automatic", description="approval waits for a person in the Airflow UI"
    )
    timeout: Duration = Field(default="3d", description="No answer by then means no", validate_default=True)
    override_inconclusive: bool = Field(
        default=False,
        description="A person may promote what the gate could not tell; also asked where `by` is automatic. "
        "What is blocked stays blocked",
    )

    @property
    def may_ask(self) -> bool:
        """Whether there are promotions that wait for a person."""
        return self.by == "approval" or self.override_inconclusive


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
    segment_by: SegmentBy | None = Field(
        default=None, description="Columns whose values divide the rows into segments, each with a model of its own"
    )
    training: TrainingSpec
    evaluation: EvaluationSpec = EvaluationSpec()
    value: ValueSpec | None = Field(
        default=None, description="What decisions are worth; without it the most probable class is predicted"
    )
    gates: GatesSpec = GatesSpec()
    promotion: PromotionSpec = PromotionSpec()
    retraining: RetrainingSpec | None = Field(
        default=None, description="When monitoring asks for training by itself; without it there are only alarms"
    )
    scoring: ScoringSpec = ScoringSpec()
    serving: ServingSpec = ServingSpec()
    monitoring: MonitoringSpec = MonitoringSpec()
    notify: NotifySpec = NotifySpec()
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
        if self.value is not None:
            self.value.check_task(self.task)
        self._check_segments()
        self._check_split()
        self._check_baseline()
        self._check_evaluation()
        self._check_retraining()
        check_lags(self.cleaning, self.data, self.scoring.source)
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
        asked += [
            (f"gates.bounds[{i}].observation", b.observation.partition(".")[2])
            for i, b in enumerate(self.gates.bounds)
            if b.observation.startswith((improvement_name("half", ""), improvement_name("simpler", "")))
        ]
        return [(where, metric) for where, metric in asked if metric is not None]

    def _check_metric(self, where: str, metric: str) -> None:
        known = ", ".join(m.name for m in metrics_of(self.task, with_value=self.value is not None))
        if metric not in METRICS or self.task not in METRICS[metric].tasks:
            raise ValueError(f"{where}: {metric!r} is no metric of a {self.task} model; expected one of {known}")
        if metric == VALUE and where == "training.tuning.metric":
            raise ValueError(
                f"{where}: {VALUE} depends on a threshold that is chosen after the search; expected {known}"
            )
        if metric == VALUE and self.value is None:
            raise ValueError(f"{where}: {VALUE} needs to know what decisions are worth: add the block value")

    def _check_segments(self) -> None:
        if self.segment_by is None:
            return
        self.segment_by.check_target(self.data.target)
        unsupported = {"training.tuning": self.training.tuning, "value": self.value}
        for where, asked in unsupported.items():
            if asked is not None:
                raise ValueError(f"{where} is for one model, and segment_by asks for many: leave one of them out")
        self.segment_by.check_bounds([bound.observation for bound in self.gates.bounds])

    def _check_split(self) -> None:
        by = self.training.split.by
        if by == "time" and self.data.time is None:
            raise ValueError("training.split.by: time needs data.time")
        if by == "group" and self.data.entity is None:
            raise ValueError("training.split.by: group needs data.entity")

    def _check_baseline(self) -> None:
        fits = ("mean", "median") if self.task == "regression" else ("prior", "most_frequent")
        baseline = self.training.baseline
        if isinstance(baseline, SeasonalNaiveSpec) and self.task == "regression":
            self._check_season(baseline.seasonal_naive)
        elif baseline is not None and baseline not in fits:
            raise ValueError(
                f"training.baseline: {baseline} does not fit a {self.task} model; expected {' or '.join(fits)}"
            )

    def _check_season(self, column: str) -> None:
        listed = () if isinstance(self.data.features, AllBut) else self.data.features
        left_out = self.data.feature_columns((column,)) == () if not listed else column not in listed
        if left_out:
            raise ValueError(f"training.baseline.seasonal_naive: {column!r} is no feature: list it, or choose another")

    def _check_evaluation(self) -> None:
        if self.evaluation.fairness and self.task != "binary":
            raise ValueError(f"evaluation.fairness: rates of groups need task: binary, not {self.task}; try slices")
        columns = [("evaluation.fairness", name) for name in self.evaluation.fairness]
        columns += [("evaluation.slices", by.column) for by in self.evaluation.slices]
        for where, name in columns:
            if name == self.data.target:
                raise ValueError(f"{where}: {name!r} is the target: choose a column that is known before it")

    def _check_retraining(self) -> None:
        if self.retraining is not None and self.data.time is None:
            raise ValueError("retraining needs data.time: without event time there are no windows")

    @property
    def segment_columns(self) -> tuple[str, ...]:
        """Columns whose values divide the rows into segments; none where there is one model."""
        return self.segment_by.columns if self.segment_by else ()

    @property
    def has_label_step(self) -> bool:
        """Whether the target is computed rather than read."""
        return any(isinstance(step, Label) for step in self.cleaning)

    @property
    def deciding_metric(self) -> str:
        """The metric that decides between champion and challenger."""
        return self.gates.beats_champion.metric or DECIDING[self.task]

    @property
    def slice_metrics(self) -> tuple[str, ...]:
        """Metrics that are looked at slice by slice: the deciding one, and those that a bound asks for."""
        deciding = "mean_absolute_error" if self.deciding_metric in UNSLICED else self.deciding_metric
        asked = [asked_by(bound.observation) for bound in self.gates.bounds]
        return tuple(
            dict.fromkeys(
                [deciding, *(a.metric for a in asked if a and a.shape.needs == "evaluation.slices" and a.metric)]
            )
        )

    @property
    def sensitive_columns(self) -> tuple[tuple[str, str], ...]:
        """Columns by whose groups fairness is told, each with the field that names it first: listed, or in a bound."""
        named = dict.fromkeys(self.evaluation.fairness, "evaluation.fairness")
        for i, bound in enumerate(self.gates.bounds):
            asked = asked_by(bound.observation)
            if asked and asked.column and asked.head in (*FAIRNESS, *GROUP_RATES):
                named.setdefault(asked.column, f"gates.bounds[{i}].observation")
        return tuple(named.items())

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics that its models are measured by."""
        return metrics_of(self.task, with_value=self.value is not None)

    @property
    def steering_metric(self) -> str:
        """The metric that guides what training tries: the deciding one, unless that needs decisions made already."""
        return DECIDING[self.task] if self.deciding_metric == VALUE else self.deciding_metric

    @property
    def asked_observations(self) -> frozenset[str]:
        """Names that the bounds ask for; what is costly to see is looked at only if its name is among them."""
        return frozenset(bound.observation for bound in self.gates.bounds)

    @property
    def asks_simpler(self) -> bool:
        """Whether a bound asks for the comparison with a simpler model."""
        return any(name.startswith(improvement_name("simpler", "")) for name in self.asked_observations)

    @property
    def split_by(self) -> Literal["time", "group", "stratified"]:
        """How rows are divided, where the spec leaves it open."""
        if self.training.split.by:
            return self.training.split.by
        if self.data.time:
            return "time"
        return "group" if self.data.entity else "stratified"

    @property
    def baseline(self) -> Baseline:
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
        """Return the gate before promotion: untouched holdout rows, both rivals, no slice lost, and the bounds."""
        untouched = (
            Bound(observation=HOLDOUT_IN_CHALLENGER_TRAINING, at_most=0),
            Bound(observation=HOLDOUT_IN_CHAMPION_TRAINING, at_most=0),
        )
        # Every segment of a fleet has met the champion by itself; what is asked of all is that it was the present one.
        composed = Bound(observation=COMPOSED_AGAINST_ANOTHER, at_most=0)
        rivals = (self.improvement("baseline"), composed if self.segment_by else self.improvement("champion"))
        asked = (*self._slices_asked(), *(self._bound_asked(bound.as_bound()) for bound in self.gates.bounds))
        return GateSpec(name="model", requirements=(*untouched, *rivals, *asked))

    def candidate_gate(self) -> GateSpec:
        """Return what of the model gate a candidate's own evaluation answers; who fails it is nobody's challenger."""
        own = (asked for asked in self.model_gate().requirements if not _is_for_comparison(asked.observation))
        return GateSpec(name="candidate", requirements=tuple(own))

    def _slices_asked(self) -> tuple[Bound, ...]:
        if not self.evaluation.slices:
            return ()
        rivals = ("baseline",) if self.segment_by else ("baseline", "champion")
        names = (worse_slices_name(rival, self.slice_metrics[0]) for rival in rivals)
        named = {bound.observation for bound in self.gates.bounds}
        return tuple(Bound(observation=name, at_most=0) for name in names if name not in named)

    def _bound_asked(self, bound: Bound) -> Bound:
        asked = asked_by(bound.observation)
        if asked is None or asked.head not in (*FAIRNESS, *GROUP_RATES):
            return bound
        # Silence about a group of a few rows would be read as fairness to it.
        rows = max(bound.rows_at_least, self.evaluation.rows_at_least)
        return bound.model_copy(update={"rows_at_least": rows})


def _is_for_comparison(observation: str) -> bool:
    return observation == CHAMPIONS or needs_champion(observation)
