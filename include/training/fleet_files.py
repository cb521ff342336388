"""Fleet files: a fleet as MLflow keeps it: an index, the members one after the other in one file, the pooled model.

A member is read from the mapped file when its segment is first asked about. Everything is skops, loaded against the
allow-list.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED

import mlflow.pyfunc
import skops.io
from sklearn.base import BaseEstimator
from skops.io.exceptions import UntrustedTypesFoundException

from include.domain.errors import TrustError
from include.domain.fleet import FleetMember
from include.domain.spec import ModelSpec
from include.training.features import FeatureColumns
from include.training.fleet_model import FleetModel
from include.training.trust import check_types, check_written, load_trusted, untrusted_types

LOADER = "include.training.fleet_pyfunc"
"""Module that MLflow loads a fleet with; it tells a fleet from other models."""

INDEX_FILE, MEMBERS_FILE, POOLED_FILE = "fleet.json", "members.skops", "pooled.skops"
EARLIER_FILE = "pooled.{}.skops"
DATA = "fleet"


def dump_model(spec: ModelSpec, estimator: BaseEstimator, *, segment: str = "") -> bytes:
    """Return a fitted estimator as a file of skops.

    Raises
    ------
    TrustError
        If it holds types that neither the house nor the spec allows, or what skops cannot store.
    """
    subject = f"the member of {segment}" if segment else f"the model {spec.name}"
    try:
        content = bytes(skops.io.dumps(estimator, compression=ZIP_DEFLATED, compresslevel=1))
    except Exception as error:
        raise TrustError(f"{subject} cannot be stored without pickle: {error}") from error
    check_written(content, spec.training.trusted_types, subject=subject)
    return content


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a member's file."""
    return hashlib.sha256(content).hexdigest()


def write_fleet(
    folder: Path,
    spec: ModelSpec,
    columns: FeatureColumns,
    members: Iterable[tuple[FleetMember, bytes]],
    *,
    pooled: BaseEstimator,
    pooled_run: str,
    earlier: Mapping[str, BaseEstimator] | None = None,
) -> tuple[FleetMember, ...]:
    """Write the files of a fleet.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    spec : ModelSpec
        With ``segment_by``.
    columns : FeatureColumns
        What the pooled model reads.
    pooled : estimator
        Fitted.
    pooled_run : str
        Run that trained it.
    earlier : mapping of str to estimator, optional
        Pooled models before it that members lean on, by the run that trained each.
    members : iterable of (FleetMember, bytes)
        Read once, one after the other.

    Returns
    -------
    tuple of FleetMember
        With their places.
    """
    folder.mkdir(parents=True, exist_ok=True)
    placed: list[FleetMember] = []
    with (folder / MEMBERS_FILE).open("wb") as file:
        for member, content in members:
            placed.append(member.model_copy(update={"offset": file.tell(), "size": len(content)}))
            file.write(content)
    (folder / POOLED_FILE).write_bytes(dump_model(spec, pooled))
    for at, model in enumerate((earlier or {}).values()):
        (folder / EARLIER_FILE.format(at)).write_bytes(dump_model(spec, model))
    read = fleet_columns(spec.segment_columns, columns)
    index = {
        "pooled_run": pooled_run,
        "earlier_runs": list(earlier or {}),
        "segment_columns": list(spec.segment_columns),
        "names": list(read.names),
        "categorical": sorted(read.categorical),
        "whole": sorted(read.whole),
        "members": [member.to_json() for member in placed],
    }
    (folder / INDEX_FILE).write_text(json.dumps(index), encoding="utf-8")
    return tuple(placed)


def fleet_columns(segment_columns: Sequence[str], columns: FeatureColumns) -> FeatureColumns:
    """Return the features with the columns that tell segments, which are names where they are no features."""
    added = tuple(name for name in segment_columns if name not in columns.names)
    return FeatureColumns((*columns.names, *added), columns.categorical | set(added), columns.whole)


def save_fleet(folder: Path, data: Path, **described: Any) -> None:
    """Save the files of a fleet as a model that MLflow reads, with whatever else it stores: signature, requirements."""
    mlflow.pyfunc.save_model(str(folder), loader_module=LOADER, data_path=str(data), **described)


def read_fleet(folder: Path, *, trusted_types: Sequence[str] = (), subject: str) -> FleetModel:
    """Return the fleet of a folder; its members are read when they are asked.

    Raises
    ------
    TrustError
        If the pooled model holds types that nobody allowed; and later the same of a member, or if its file was changed.
    """
    index = json.loads((folder / INDEX_FILE).read_text(encoding="utf-8"))
    members = {member.segment: member for member in map(FleetMember.model_validate, index["members"])}
    file = MemberFile(folder / MEMBERS_FILE, subject=subject)
    allowed: list[str] = []
    return FleetModel(
        FeatureColumns(tuple(index["names"]), frozenset(index["categorical"]), frozenset(index["whole"])),
        tuple(index["segment_columns"]),
        members,
        load_trusted(folder / POOLED_FILE, trusted_types=trusted_types, subject=subject),
        lambda member: load_member(
            file.content(member), trusted_types=trusted_types, subject=file.named(member), allowed=allowed
        ),
        pooled_run=index["pooled_run"],
        content=file.content,
        earlier={
            run: load_trusted(folder / EARLIER_FILE.format(at), trusted_types=trusted_types, subject=subject)
            for at, run in enumerate(index["earlier_runs"])
        },
    )


def load_member(content: bytes, *, trusted_types: Sequence[str], subject: str, allowed: list[str]) -> Any:
    """Rebuild a member from its file.

    Parameters
    ----------
    content : bytes
    trusted_types : sequence of str
        ``training.trusted_types`` of the spec.
    subject : str
    allowed : list of str
        Types that were looked at before and may be in it. Members are built alike, so that one look is enough for
        nearly all of them; what is found in this one is added.

    Raises
    ------
    TrustError
        As :func:`include.training.trust.load_trusted` does.
    """
    with suppress(UntrustedTypesFoundException):
        return skops.io.loads(content, trusted=list(allowed))
    with tempfile.NamedTemporaryFile(suffix=".skops") as file:
        file.write(content)
        file.flush()
        types = untrusted_types(Path(file.name), subject=subject)
    check_types(types, trusted_types, subject=subject)
    allowed.extend(name for name in types if name not in allowed)
    return skops.io.loads(content, trusted=types)


class MemberFile:
    """The file of all members, mapped into memory, so that processes that were forked from one share its pages.

    Parameters
    ----------
    path : Path
    subject : str
        Whose members they are, for messages.
    """

    def __init__(self, path: Path, *, subject: str) -> None:
        self._subject = subject
        with path.open("rb") as file:
            self._bytes: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""

    def named(self, member: FleetMember) -> str:
        """Return how messages call a member."""
        return f"the member of {member.segment} in {self._subject}"

    def content(self, member: FleetMember) -> bytes:
        """Return the file of a member.

        Raises
        ------
        TrustError
            If it is not the one that was stored.
        """
        content = bytes(self._bytes[member.offset : member.offset + member.size])
        if digest_of(content) != member.digest:
            raise TrustError(f"{self.named(member)} was changed after it was stored: train the fleet again")
        return content
