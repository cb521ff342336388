"""Drafts: look at data that nobody has described yet, and write the spec that a careful person would start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from include.data.access import SourceAccess
from include.domain.errors import EncodingError, SpecError
from include.domain.spec import ModelSpec
from include.domain.spec.fields import ModelName
from include.drafting.decisions import Decisions, decide
from include.drafting.estimator_choice import choices_of
from include.drafting.page import write_page
from include.drafting.rows import Rows, read_rows
from include.drafting.segment_trial import try_out_segments
from include.drafting.trial import Trial, try_out
from include.spec_files.yaml_document import parse_document

NOBODY = "nobody"

LEGACY_ENCODING = "cp1252"
"""What text that is not utf-8 is taken for: what western spreadsheets write; it has all of latin-1's letters."""

_ENCODING_NOTE = f"the text is read as {LEGACY_ENCODING}, not being utf-8: look whether its letters are the right ones"


@dataclass(frozen=True)
class Draft:
    """A spec to start from.

    Parameters
    ----------
    text : str
        The file, with comments.
    warnings : tuple of str
        What was left out because it knows the answer, and what a person should decide.
    spec : ModelSpec
        What the text says.
    """

    text: str
    warnings: tuple[str, ...]
    spec: ModelSpec


def draft_spec(
    name: str,
    data: Any,
    target: str,
    time: str | None = None,
    owner: str | None = None,
    *,
    segment_by: Sequence[str] = (),
    folder: Path | None = None,
    access: SourceAccess | None = None,
) -> Draft:
    """Draft the spec of a model from its data.

    Parameters
    ----------
    name : str
        Of the model.
    data : str, list of str or mapping
        What would stand at ``data.source``: a path, a glob, an s3:// address, several of them, or a mapping (``sql``
        with ``url``, ``paths`` with ``format``), which may be written as YAML in braces.
    target : str
        Column to predict.
    time : str, optional
        Column with the event time.
    owner : str, optional
        Who answers for the model.
    segment_by : sequence of str
        Columns that divide the rows into segments, each with a model of its own.
    folder : Path, optional
        Where the specs are; a name that is taken there is refused.
    access : SourceAccess, optional
        Keys of a bucket or the address of a database, if the source needs them.

    Raises
    ------
    SpecError
        If the name cannot be used or is taken, or the columns cannot divide the rows.
    DataError
        If the data are not there, lack a column or hold nothing that can be predicted.
    """
    _check_name(name, folder)
    source = _spelled_out(data)
    guessed = None
    try:
        rows = read_rows(source, target, time, access=access)
    except EncodingError:
        guessed = _in_legacy_encoding(source)
        if guessed is None:
            raise
        rows = read_rows(guessed, target, time, access=access)
    read = guessed or source
    draft = draft_from_rows(name, rows, read, target, time=time, owner=owner, segment_by=segment_by)
    return replace(draft, warnings=(_ENCODING_NOTE, *draft.warnings)) if guessed else draft


def draft_from_rows(
    name: str,
    rows: Rows,
    source: Any,
    target: str,
    *,
    time: str | None = None,
    owner: str | None = None,
    segment_by: Sequence[str] = (),
) -> Draft:
    """Draft a spec from rows that were read already."""
    decisions = decide(rows, target, time, segment_by)
    choices = choices_of(decisions)

    def page(parameters: dict[str, Any], trial: Trial | None) -> str:
        told = {"name": name, "owner": owner or NOBODY, "source": source}
        return write_page(decisions, **told, parameters=parameters, trial=trial)

    untried = _spec(page(choices[0], None))
    trial = _tried(untried, decisions, choices)
    text = page(trial.parameters if trial else choices[0], trial)
    return Draft(text, _warnings(decisions, trial, owner), _spec(text))


def _tried(spec: ModelSpec, decisions: Decisions, choices: list[dict[str, Any]]) -> Trial | None:
    frame = decisions.rows.frame[~decisions.set_aside]
    if decisions.series is not None:
        return try_out_segments(spec, frame, decisions.series, choices[0])
    return try_out(spec, frame, choices)


def _spec(text: str) -> ModelSpec:
    return ModelSpec.model_validate(parse_document(text, "draft"))


def _warnings(decisions: Decisions, trial: Trial | None, owner: str | None) -> tuple[str, ...]:
    found = [*decisions.left_out.leaks, *decisions.left_out.suspects, *decisions.cleaning_notes, *decisions.notes]
    if len(decisions.rows.frame) < decisions.rows.total:
        found.insert(0, f"the draft looked at {decisions.rows.described}")
    if trial is None:
        found.append("there are too few rows to try the draft out: the gates will be inconclusive until there are more")
    elif trial.too_good:
        found.append(
            f"a trial scored {trial.too_good} {trial.scores[trial.too_good]:.4f}, which is too good to be true: "
            "look for a feature that is known only after the target"
        )
    elif trial.decided >= trial.baseline:
        found.append("a trial did no better than the simple model: these columns may say nothing about the target")
    if owner is None:
        found.append(f"owner: {NOBODY} answers for this model; write who does")
    return tuple(found)


def _in_legacy_encoding(source: Any) -> dict[str, Any] | None:
    """Return the source with an encoding, or None where it names one already."""
    if isinstance(source, dict):
        return None if "encoding" in source else {**source, "encoding": LEGACY_ENCODING}
    return {"paths": [source] if isinstance(source, str) else list(source), "encoding": LEGACY_ENCODING}


def _spelled_out(data: Any) -> Any:
    if isinstance(data, str) and data.lstrip().startswith("{"):
        try:
            return yaml.safe_load(data)
        except yaml.YAMLError as error:
            raise SpecError([f"data: expected a path or a mapping in braces, got {data!r}: {error}"]) from None
    return data


def _check_name(name: str, folder: Path | None) -> None:
    try:
        TypeAdapter(ModelName).validate_python(name)
    except ValidationError:
        raise SpecError(
            [f"name: {name!r} cannot be used; expected lower case letters, digits and _, a letter first (churn_2)"]
        ) from None
    path = None if folder is None else Path(folder) / f"{name}.yaml"
    if path is not None and path.exists():
        raise SpecError([f"name: {path} exists already and is not overwritten; choose another name, or move it away"])
