"""Composing: winners, members that stayed and the pooled model become one fleet, which is seen to be just that."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from include.domain.evidence import Observation
from include.domain.fleet import FleetMember
from include.domain.fleet_gate import KEPT_CHANGED, STORED_OTHERWISE
from include.domain.named_segments import named_segments
from include.domain.spec import ModelSpec
from include.fleet.assembly import Assembly
from include.fleet.champion import Champion
from include.fleet.outcome import Outcome
from include.training.fleet_answers import numbers_of
from include.training.fleet_files import digest_of, read_fleet, write_fleet
from include.training.fleet_model import FleetModel
from include.training.models import predict
from include.training.segments import segments_of

ASKED_AGAIN = 20
"""Segments whose stored members are asked again about the rows that judged them."""


def write_composed(folder: Path, assembly: Assembly, *, run_id: str) -> None:
    """Write the files of the fleet that the gates of its segments decided on; new members are of the given run."""
    write_fleet(
        folder,
        assembly.spec,
        assembly.columns,
        _members(assembly.outcome, assembly.champion, run_id),
        pooled=assembly.serving,
        pooled_run=assembly.serving_run,
        earlier=assembly.leant_on,
    )


def _members(outcome: Outcome, champion: Champion | None, run_id: str) -> Iterator[tuple[FleetMember, bytes]]:
    opened: dict[Path, zipfile.ZipFile] = {}
    try:
        for result in outcome.results:
            if result.member is None:
                continue
            if result.served_by == "challenger":
                path, name = outcome.places[result.segment]
                file = opened.setdefault(path, zipfile.ZipFile(path))
                yield result.member.model_copy(update={"run_id": run_id}), file.read(name)
            elif champion is not None:
                yield result.member, champion.model.content(result.member)
    finally:
        for file in opened.values():
            file.close()


def observe_stored(folder: Path, assembly: Assembly) -> tuple[FleetModel, tuple[Observation, ...]]:
    """Open a fleet as it was stored, and see that it is what was judged.

    Returns
    -------
    FleetModel
    tuple of Observation
        Kept members whose file is another than the champion's, and stored members that answer otherwise than the ones
        that were judged.
    """
    spec, outcome = assembly.spec, assembly.outcome
    fleet = read_fleet(folder, trusted_types=spec.training.trusted_types, subject=f"the fleet {spec.name}")
    changed = _kept_otherwise(assembly, fleet)
    told = Observation(
        name=KEPT_CHANGED, value=len(changed), unit="count", detail=named_segments(changed) if changed else ""
    )
    return fleet, (told, _asked_again(spec, fleet, outcome, assembly.holdout))


def _kept_otherwise(assembly: Assembly, fleet: FleetModel) -> list[str]:
    """Return the segments that were to stay with the champion's member or pooled model, and do not to the byte."""
    kept = [result.segment for result in assembly.outcome.results if result.served_by == "champion"]
    if not assembly.plan.champion_cleans_alike:
        # It would read rows that are cleaned by other steps than those it has learned from.
        pooled = [result.segment for result in assembly.outcome.results if result.served_by == "pooled"]
        return [*kept, *pooled] if assembly.plan.pooled_by == "champion" else kept
    if assembly.champion is not None and _classes(assembly.champion.model) - _classes(fleet):
        # Its members tell classes that the fleet has no column for.
        return kept
    return [segment for segment in kept if not _is_same(fleet, assembly.champion, segment)]


def _classes(model: Any) -> set[Any]:
    return set(np.asarray(getattr(model, "classes_", ())).tolist())


def _is_same(fleet: FleetModel, champion: Champion | None, segment: str) -> bool:
    stored, theirs = fleet.members.get(segment), champion.member(segment) if champion else None
    if stored is None or theirs is None or fleet.content is None:
        return False
    terms = [(member.weight, member.leans_on) for member in (stored, theirs)]
    return terms[0] == terms[1] and digest_of(fleet.content(stored)) == theirs.digest


def _asked_again(spec: ModelSpec, fleet: FleetModel, outcome: Outcome, holdout: pd.DataFrame) -> Observation:
    answered = holdout[holdout.index.isin(outcome.answers["hashes"])]
    codes, keys = segments_of(spec.segment_columns, answered)
    chosen = np.unique(np.linspace(0, len(keys) - 1, min(ASKED_AGAIN, len(keys))).round()).astype(int).tolist()
    place = pd.Series(np.arange(len(outcome.answers["hashes"])), index=outcome.answers["hashes"])
    # Rows that agree in everything were answered alike. All of them are asked, for sums depend on their batch.
    place = place[~place.index.duplicated()]
    other = []
    for at in chosen:
        rows = answered[codes == at]
        said = outcome.answers["served"][place[rows.index].to_numpy()]
        if not np.array_equal(numbers_of(predict(spec, fleet, rows)), said):
            other.append(keys[at])
    return Observation(name=STORED_OTHERWISE, value=len(other), unit="count", n=len(chosen), detail=", ".join(other))
