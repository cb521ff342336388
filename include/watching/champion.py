"""The champion as monitoring knows it: the spec it was trained by, what it promised, and what its holdout teaches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.data.frames import read_frame
from include.domain.errors import SluiceError
from include.domain.evidence import Evidence
from include.domain.predictions import Predictions
from include.domain.record import digest
from include.domain.references import DatasetRef, ModelVersionRef
from include.domain.spec import ModelSpec
from include.serving.prediction_rows import class_name
from include.storage.store import Store
from include.training.fleet_answers import recorded_answers
from include.training.fleet_model import FleetModel
from include.training.models import load_model, predict
from include.training.tracking import holdout_rows, logged_evidence, trained_dataset, trained_rows, trained_spec
from include.watching.arrivals import moments_of
from include.watching.estimated import Estimator, learn_estimator
from include.watching.segment_losses import SegmentLosses, losses_by_segment
from include.watching.served import Served


@dataclass(frozen=True, eq=False)
class Champion:
    """A version whose predictions are watched.

    Parameters
    ----------
    version : ModelVersionRef
    spec : ModelSpec
        That it was trained by, with today's monitoring.
    model : object
        That answers :func:`include.training.models.predict`.
    promised : Evidence or None
        What was seen of it when it was evaluated.
    estimator : Estimator or str
        What tells its quality without labels; or why nothing does.
    dataset : DatasetRef
        That it was trained and judged on.
    trained : DataFrame
        The rows that it was trained on.
    said_in_holdout : Predictions
        What it said of the rows that judged it, classes spelled as the log spells them.
    moments : ndarray of shape (n,)
        Event times of all rows of the dataset, in seconds since 1970; empty without ``data.time``.
    by_segment : SegmentLosses or None
        What a fleet's answers cost in its holdout; None of a single model.
    """

    version: ModelVersionRef
    spec: ModelSpec
    model: Any
    promised: Evidence | None
    estimator: Estimator | str
    dataset: DatasetRef
    trained: pd.DataFrame
    said_in_holdout: Predictions
    moments: NDArray[np.float64]
    by_segment: SegmentLosses | None = None

    @property
    def reference(self) -> str:
        """Fingerprint of the rows that it was trained on."""
        return digest({"dataset": self.dataset.fingerprint, "run": self.version.run_id, "rows": len(self.trained)})


def know_champion(spec: ModelSpec, store: Store, version: ModelVersionRef) -> Champion:
    """Learn what monitoring has to know of a version, from its run.

    Parameters
    ----------
    spec : ModelSpec
        As it is today: the block ``monitoring`` is taken from it.
    store : Store
    version : ModelVersionRef

    Raises
    ------
    SluiceError
        Where its run does not hold what training leaves there.
    """
    theirs = trained_spec(version.run_id)
    theirs = theirs.model_copy(update={"monitoring": spec.monitoring, "quality": spec.quality})
    dataset = trained_dataset(version.run_id)
    frame = read_frame(dataset, store)
    holdout = frame[frame.index.isin(holdout_rows(version.run_id))]
    model = load_model(f"models:/{version.name}/{version.version}", trusted_types=theirs.training.trusted_types)
    if isinstance(model, FleetModel):
        # Its members have answered about these rows already; asking them again would bring them all into memory.
        holdout, said, _ = recorded_answers(theirs, version, model, holdout)
    else:
        said = predict(theirs, model, holdout)
    try:
        promised: Evidence | None = logged_evidence(version.run_id)
    except SluiceError:
        promised = None
    trained = frame[frame.index.isin(trained_rows(version.run_id))]
    estimator = learn_estimator(theirs, Served(holdout, said))
    by_segment = losses_by_segment(theirs, Served(holdout, said)) if isinstance(model, FleetModel) else None
    time = theirs.data.time
    moments = moments_of(frame[time]) if time in frame else np.array([], dtype=np.float64)
    return Champion(version, theirs, model, promised, estimator, dataset, trained, as_logged(said), moments, by_segment)


def as_logged(said: Predictions) -> Predictions:
    """Return predictions with their classes spelled as the log of predictions spells them."""
    if said.classes is None:
        return said
    classes, values = (np.array([class_name(label) for label in labels]) for labels in (said.classes, said.values))
    return replace(said, values=values, classes=classes)


class Champions:
    """Versions that monitoring knows already: each is learned once.

    Parameters
    ----------
    spec : ModelSpec
        As it is today.
    store : Store
    """

    def __init__(self, spec: ModelSpec, store: Store) -> None:
        self._spec, self._store = spec, store
        self._known: dict[ModelVersionRef, Champion] = {}

    def know(self, version: ModelVersionRef) -> Champion:
        """Return what there is to know of a version; raises as :func:`know_champion`."""
        if version not in self._known:
            self._known[version] = know_champion(self._spec, self._store, version)
        return self._known[version]
