"""Bodies: the bytes of a request become rows, in the format of this service or in one of MLflow's four."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from include.serving.service.refusals import Refusal, shown

Rows = list[dict[str, Any]]

_decode = msgspec.json.Decoder().decode
encode = msgspec.json.Encoder().encode


def rows_of_predict(body: bytes, names: Sequence[str]) -> Rows:
    """Return the rows of ``{"rows": [{...}, ...]}``, or of one row that stands alone as ``{"row": {...}}``.

    Raises
    ------
    Refusal
        400 where the body is no JSON, 422 where it is of another shape.
    """
    del names
    content = _object(body)
    if content.keys() == {"row"}:
        return _records([content["row"]], "row")
    if content.keys() != {"rows"}:
        raise Refusal(422, f'expected {{"rows": [{{…}}, …]}} or {{"row": {{…}}}}, got {_keys(content)}')
    return _records(content["rows"], "rows")


def rows_of_invocation(body: bytes, names: Sequence[str]) -> Rows:
    """Return the rows of a body that ``mlflow models serve`` understands.

    Parameters
    ----------
    body : bytes
        JSON with one of the keys ``dataframe_split``, ``dataframe_records``, ``instances`` and ``inputs``, and perhaps
        ``params``, which have to be empty.
    names : sequence of str
        Columns, in the order in which lists without names hold them.

    Raises
    ------
    Refusal
        400 where the body is no JSON, 422 where it is of another shape.
    """
    content = _object(body)
    if content.get("params"):
        raise Refusal(422, "params: these models take none")
    given = [key for key in content if key in _FORMATS]
    if len(given) != 1 or content.keys() - {*_FORMATS, "params"}:
        raise Refusal(422, f"expected one of {', '.join(_FORMATS)}, got {_keys(content)}")
    return _FORMATS[given[0]](content[given[0]], names)


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = _decode(body)
    except UnicodeDecodeError as error:
        raise Refusal(400, f"the body is no UTF-8: byte {error.start} of a text") from error
    except RecursionError as error:
        raise Refusal(400, "the body is nested too deeply") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise Refusal(400, f"the body is no JSON: {str(error)[:200]}") from error
    if not isinstance(content, dict):
        raise Refusal(422, f"expected an object, got {shown(content)}")
    return content


def _records(rows: Any, where: str) -> Rows:
    if not isinstance(rows, list) or not rows:
        raise Refusal(422, f"{where}: expected a list of at least one row, got {_kind(rows)}")
    for at, row in enumerate(rows):
        if not isinstance(row, dict):
            raise Refusal(422, f"{where}[{at}]: expected an object with a value for every column, got {shown(row)}")
    return rows


def _split(value: Any, names: Sequence[str]) -> Rows:
    del names
    if not isinstance(value, dict) or not {"columns", "data"} <= value.keys() <= {"columns", "data", "index"}:
        raise Refusal(422, f"dataframe_split: expected columns, data and perhaps index, got {_kind(value)}")
    columns = value["columns"]
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise Refusal(422, "dataframe_split.columns: expected a list of names")
    if len(set(columns)) < len(columns):
        raise Refusal(422, "dataframe_split.columns: a name stands there twice")
    return _matrix(value["data"], columns, "dataframe_split.data")


def _instances(value: Any, names: Sequence[str]) -> Rows:
    if isinstance(value, list) and value and isinstance(value[0], list):
        return _matrix(value, names, "instances")
    return _records(value, "instances")


def _inputs(value: Any, names: Sequence[str]) -> Rows:
    if not isinstance(value, dict):
        return _matrix(value, names, "inputs")
    columns = {name: found if isinstance(found, list) else [found] for name, found in value.items()}
    sizes = {len(found) for found in columns.values()}
    if len(sizes) != 1 or sizes == {0}:
        raise Refusal(422, "inputs: expected a list of values for every column, all of one length")
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _matrix(rows: Any, names: Sequence[str], where: str) -> Rows:
    if not isinstance(rows, list) or not rows:
        raise Refusal(422, f"{where}: expected a list of at least one row, got {_kind(rows)}")
    for at, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(names):
            raise Refusal(422, f"{where}[{at}]: expected a list of {len(names)} values, got {_kind(row)}")
    return [dict(zip(names, row, strict=True)) for row in rows]


_FORMATS: dict[str, Callable[[Any, Sequence[str]], Rows]] = {
    "dataframe_split": _split,
    "dataframe_records": lambda value, names: _records(value, "dataframe_records"),
    "instances": _instances,
    "inputs": _inputs,
}


def _keys(content: dict[str, Any]) -> str:
    return ", ".join(repr(key[:40]) for key in list(content)[:6]) or "an empty object"


def _kind(value: Any) -> str:
    return f"a list of {len(value)}" if isinstance(value, list) else shown(value)
