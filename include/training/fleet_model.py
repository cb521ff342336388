"""Fleet models: many members behind one door. Every row of a mixed batch is answered by its segment's member."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from include.domain.errors import DataError
from include.domain.fleet import FleetMember
from include.training.features import FeatureColumns
from include.training.member_cache import MemberCache
from include.training.segments import segments_of

MEMBER, POOLED = "member", "pooled"


class FleetModel:
    """A fleet as an estimator: features in, answers out, in the order of the rows.

    Parameters
    ----------
    columns : FeatureColumns
        What members and pooled model read, and the columns that tell the segments.
    segment_columns : tuple of str
    members : mapping of str to FleetMember
        By segment.
    pooled : estimator
        Answers for segments without a member.
    read : callable
        Returns the estimator of a member; called when it is asked first.
    pooled_run : str
        Run that trained the pooled model.
    content : callable, optional
        Returns the file of a member, where the fleet was stored.
    earlier : mapping of str to estimator, optional
        Pooled models before this one that members still lean on, by the run that trained each.

    Attributes
    ----------
    feature_names_in_ : array of str
    classes_ : array
        Of the pooled model, which has seen them all; classifiers only.
    """

    def __init__(
        self,
        columns: FeatureColumns,
        segment_columns: tuple[str, ...],
        members: Mapping[str, FleetMember],
        pooled: Any,
        read: Callable[[FleetMember], Any],
        *,
        pooled_run: str = "",
        content: Callable[[FleetMember], bytes] | None = None,
        earlier: Mapping[str, Any] | None = None,
    ) -> None:
        self.columns, self.segment_columns, self.members, self.pooled = columns, segment_columns, members, pooled
        self.pooled_run, self.content, self.earlier = pooled_run, content, dict(earlier or {})
        self.feature_names_in_ = np.array(columns.names, dtype=object)
        if hasattr(pooled, "classes_"):
            self.classes_ = pooled.classes_
        self._loaded = MemberCache(read)

    def member(self, segment: str) -> Any:
        """Return the estimator of a segment's member; KeyError where it has none."""
        return self._loaded.get(self.members[segment])

    def served_by(self, features: pd.DataFrame) -> NDArray[Any]:
        """Return who answers for each row, ``member`` or ``pooled``; shape (n,)."""
        codes, keys = segments_of(self.segment_columns, features)
        return np.array([MEMBER if key in self.members else POOLED for key in keys], dtype=object)[codes]

    def predict(self, features: pd.DataFrame) -> NDArray[Any]:
        """Return a number, or the most probable class, for each row; shape (n,)."""
        if not hasattr(self, "classes_"):
            return self._answers(features, np.empty(len(features)), lambda model, rows: model.predict(rows))
        if not self.gives_probabilities:
            blank = np.empty(len(features), dtype=self.classes_.dtype)
            return self._answers(features, blank, lambda model, rows: model.predict(rows))
        return self.decided(self._probabilities(features))

    def decided(self, probabilities: NDArray[np.float64]) -> NDArray[Any]:
        """Return the most probable class of each row, as :meth:`predict` does; shape (n,)."""
        return np.asarray(self.classes_[probabilities.argmax(axis=1)])

    def __getattr__(self, name: str) -> Any:
        """Have ``predict_proba`` only where the members have it, as estimators do."""
        if name == "predict_proba" and self.gives_probabilities:
            return self._probabilities
        raise AttributeError(name)

    @property
    def gives_probabilities(self) -> bool:
        """Whether the members say how probable each class is."""
        return hasattr(self.__dict__["pooled"], "predict_proba")

    def _probabilities(self, features: pd.DataFrame) -> NDArray[np.float64]:
        return self._answers(features, np.empty((len(features), len(self.classes_))), self._of_all_classes)

    def _of_all_classes(self, model: Any, rows: pd.DataFrame) -> NDArray[np.float64]:
        """Return a column for every class of the fleet; a member may have seen only some of them."""
        answers = np.zeros((len(rows), len(self.classes_)))
        columns = np.searchsorted(self.classes_, model.classes_)
        if not np.array_equal(self.classes_[np.minimum(columns, len(self.classes_) - 1)], model.classes_):
            strange = [label for label in model.classes_.tolist() if label not in self.classes_.tolist()]
            raise DataError(f"a member knows classes that the fleet does not know: {', '.join(map(repr, strange))}")
        answers[:, columns] = model.predict_proba(rows)
        return answers

    def _answers(
        self, features: pd.DataFrame, answers: NDArray[Any], ask: Callable[[Any, pd.DataFrame], Any]
    ) -> NDArray[Any]:
        codes, keys = segments_of(self.segment_columns, features)
        weight_of = np.array([self.members[key].weight if key in self.members else 0.0 for key in keys])
        for pooled, leaning in self._leaning(codes, keys):
            answers[leaning] = ask(pooled, read_by(pooled, features[leaning]))
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(keys) + 1))
        for at, key in enumerate(keys):
            if key in self.members:
                rows = order[bounds[at] : bounds[at + 1]]
                own = ask(self.member(key), read_by(self.member(key), features.iloc[rows]))
                answers[rows] = own if weight_of[at] == 1 else weight_of[at] * own + (1 - weight_of[at]) * answers[rows]
        return answers

    def _leaning(self, codes: NDArray[np.intp], keys: list[str]) -> Iterator[tuple[Any, NDArray[np.bool_]]]:
        """Yield every pooled model that is asked, and about which rows."""
        members = [self.members.get(key) for key in keys]
        alone = np.array([member is not None and member.weight == 1 for member in members], dtype=bool)
        of_earlier = [member.leans_on if member and member.leans_on in self.earlier else "" for member in members]
        runs = np.array(of_earlier, dtype=object)[codes]
        for run in dict.fromkeys(of_earlier):
            rows = ~alone[codes] & (runs == run)
            if rows.any():
                yield self.earlier.get(run, self.pooled), rows


def read_by(model: Any, features: pd.DataFrame) -> pd.DataFrame:
    """Return the features that a model was fitted to; the columns that tell segments need not be among them."""
    named = getattr(model, "feature_names_in_", None)
    return features if named is None else features[list(named)]
