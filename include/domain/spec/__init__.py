"""Specs: what a person writes, one YAML file a model; frozen, unknown keys refused."""

from include.domain.spec.data import AllBut, CleaningStep, DataSpec, FileSource, SqlSource
from include.domain.spec.gates import Beats, BoundSpec, GatesSpec
from include.domain.spec.model import ModelSpec, PromotionSpec
from include.domain.spec.quality import Expectation, QualitySpec, Suite
from include.domain.spec.schedule import ScheduleSpec
from include.domain.spec.training import Preprocessing, Split, TrainingSpec, Tuning

__all__ = [
    "AllBut",
    "Beats",
    "BoundSpec",
    "CleaningStep",
    "DataSpec",
    "Expectation",
    "FileSource",
    "GatesSpec",
    "ModelSpec",
    "Preprocessing",
    "PromotionSpec",
    "QualitySpec",
    "ScheduleSpec",
    "Split",
    "SqlSource",
    "Suite",
    "TrainingSpec",
    "Tuning",
]
