"""Specs: what a person writes, one YAML file a model; frozen, unknown keys refused."""

from include.domain.spec.data import AllBut, CleaningStep, DataSpec, FileSource, LabelsSpec, SqlSource
from include.domain.spec.evaluation import EvaluationSpec, SliceSpec
from include.domain.spec.gates import Beats, BoundSpec, GatesSpec
from include.domain.spec.model import ModelSpec, PromotionSpec
from include.domain.spec.monitoring import MonitoringSpec, ReferenceWindow
from include.domain.spec.notify import NotifySpec
from include.domain.spec.quality import Expectation, QualitySpec, Suite
from include.domain.spec.retraining import RetrainingSpec
from include.domain.spec.schedule import ScheduleSpec
from include.domain.spec.scoring import ScoringSpec
from include.domain.spec.segments import SegmentsSpec
from include.domain.spec.serving import Canary, ServingSpec
from include.domain.spec.training import Preprocessing, SeasonalNaiveSpec, Split, TrainingSpec, Tuning
from include.domain.spec.value import Payoff, ValueSpec

__all__ = [
    "AllBut",
    "Beats",
    "BoundSpec",
    "Canary",
    "CleaningStep",
    "DataSpec",
    "EvaluationSpec",
    "Expectation",
    "FileSource",
    "GatesSpec",
    "LabelsSpec",
    "ModelSpec",
    "MonitoringSpec",
    "NotifySpec",
    "Payoff",
    "Preprocessing",
    "PromotionSpec",
    "QualitySpec",
    "ReferenceWindow",
    "RetrainingSpec",
    "ScheduleSpec",
    "ScoringSpec",
    "SeasonalNaiveSpec",
    "SegmentsSpec",
    "ServingSpec",
    "SliceSpec",
    "Split",
    "SqlSource",
    "Suite",
    "TrainingSpec",
    "Tuning",
    "ValueSpec",
]
