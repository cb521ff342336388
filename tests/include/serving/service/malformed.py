"""Malformed bodies, made from a contract: valid requests with something wrong somewhere, from bytes to values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from include.serving.service.contract import Contract

STRANGE: list[Any] = [
    None, "", "text", "12", "\u0000", "\U0001f600", "'; DROP TABLE raw; --", "NaN", "2026-13-45", "9999999-01-01",
    True, False, 0.5, -1.5, 1e308, 2**63, -(2**63) - 1, 10**30, 10**400, [], {}, [[]], {"a": 1}, [1, 2],
]  # fmt: skip
KEYS = ("rows", "row", "dataframe_split", "dataframe_records", "instances", "inputs", "params", "", "data", "columns")


def malformed(contract: Contract, example: dict[str, Any], count: int, *, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield format and body of requests, each of which breaks the contract in at least one way."""
    rng = np.random.default_rng(seed)
    makers = (_value, _value, _value, _missing, _unknown, _shape, _bytes, _nested, _token)
    for number in range(count):
        format_ = "predict" if number % 2 else "invocations"
        yield format_, makers[number % len(makers)](contract, example, format_, rng)


def _body(row: Any, format_: str) -> bytes:
    key = "rows" if format_ == "predict" else "dataframe_records"
    return json.dumps({key: [row]}).encode()


def _value(contract: Contract, example: dict[str, Any], format_: str, rng: np.random.Generator) -> bytes:
    while True:
        field = contract.fields[int(rng.integers(len(contract.fields)))]
        value = STRANGE[int(rng.integers(len(STRANGE)))]
        if not _fits(field, value):
            return _body({**example, field.name: value}, format_)


def _fits(field: Any, value: Any) -> bool:
    if value is None:
        return bool(field.may_be_null)
    try:
        return field.read(value) is not None or bool(field.may_be_null)
    except ValueError:
        return False


def _missing(contract: Contract, example: dict[str, Any], format_: str, rng: np.random.Generator) -> bytes:
    required = [field.name for field in contract.fields if field.required]
    gone = rng.choice(required)
    return _body({name: value for name, value in example.items() if name != gone}, format_)


def _unknown(contract: Contract, example: dict[str, Any], format_: str, rng: np.random.Generator) -> bytes:
    del contract
    return _body({**example, f"x{rng.integers(10**6)}": STRANGE[int(rng.integers(len(STRANGE)))]}, format_)


def _shape(contract: Contract, example: dict[str, Any], format_: str, rng: np.random.Generator) -> bytes:
    del contract, format_
    key, other = (str(rng.choice(KEYS)) for _ in range(2))
    inner: Any = [
        [],
        {},
        [[example]],
        [1],
        "rows",
        None,
        {"columns": ["a", "a"], "data": [[1, 2]]},
        {"a": [], "b": [1]},
    ]
    content = inner[int(rng.integers(len(inner)))]
    return json.dumps(content if rng.random() < 0.2 else {key: content, other: content}).encode()


def _bytes(contract: Contract, example: dict[str, Any], format_: str, rng: np.random.Generator) -> bytes:
    del contract
    body = bytearray(_body(example, format_))
    if rng.random() < 0.5:
        return bytes(body[: int(rng.integers(len(body) - 1))])
    body[int(rng.integers(len(body)))] = 0xFF
    return bytes(body)


def _nested(contract: Contract, example: dict[str, Any], format_: str, rng: np.random.Generator) -> bytes:
    deep = int(rng.integers(1, 3_000))
    name = contract.fields[int(rng.integers(len(contract.fields)))].name
    text = _body({**example, name: "@"}, format_).decode()
    return text.replace('"@"', "[" * deep + "]" * deep).encode()


def _token(contract: Contract, example: dict[str, Any], format_: str, rng: np.random.Generator) -> bytes:
    name = contract.fields[int(rng.integers(len(contract.fields)))].name
    token = rng.choice(["NaN", "Infinity", "-Infinity", "1e999", "01", "undefined", '"\\ud800"', '"\\x"', "'a'", "+1"])
    return _body({**example, name: "@"}, format_).decode().replace('"@"', str(token)).encode()
