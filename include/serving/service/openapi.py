"""OpenAPI: what every model of the service asks for, made of the contracts that are in force at the moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from include.serving.service.contract import Contract
from include.serving.service.served_model import ServedModel

_REFUSALS = {
    "400": "The body is no JSON",
    "401": "No key, or a wrong one",
    "404": "No such model",
    "413": "Too many rows or bytes",
    "415": "Not application/json",
    "422": "A row is not what the contract says; every wrong value is listed",
    "503": "No champion yet, or no answer in time",
}
_PREDICTION = {
    "type": "object",
    "required": ["id", "prediction", "version"],
    "properties": {
        "id": {"type": "string", "description": "Of the row in the log; labels are joined by it"},
        "prediction": {"description": "A class, or a number", "type": ["string", "number", "boolean"]},
        "probability": {"type": "number", "description": "Of the positive class of two"},
        "probabilities": {"type": "object", "additionalProperties": {"type": "number"}, "description": "By class"},
        "version": {"type": "integer", "description": "That gave the answer"},
        "served_by": {
            "type": "string",
            "enum": ["member", "pooled"],
            "description": "Of a fleet: the model of the row's segment, or that of all segments",
        },
    },
}


def paths_of(models: Iterable[ServedModel]) -> dict[str, Any]:
    """Return the paths for predictions; a model without a champion has no contract yet, and none."""
    paths: dict[str, Any] = {}
    for model in models:
        if model.versions is not None:
            contract = model.versions.champion.model.contract
            paths[f"/models/{model.name}/predict"] = {"post": _predict(model, contract)}
            paths[f"/models/{model.name}/invocations"] = {"post": _invoke(model, contract)}
    return paths


def _predict(model: ServedModel, contract: Contract) -> dict[str, Any]:
    row = contract.as_schema()
    rows = {"type": "array", "minItems": 1, "maxItems": model.spec.serving.max_rows, "items": row}
    schema = {
        "oneOf": [
            {"type": "object", "required": ["rows"], "additionalProperties": False, "properties": {"rows": rows}},
            {"type": "object", "required": ["row"], "additionalProperties": False, "properties": {"row": row}},
        ]
    }
    answer = {
        "type": "object",
        "required": ["model", "predictions"],
        "properties": {"model": {"type": "string"}, "predictions": {"type": "array", "items": _PREDICTION}},
    }
    return _operation(
        model, "Predict rows as they are read, before cleaning", schema, answer, {"rows": [contract.example()]}
    )


def _invoke(model: ServedModel, contract: Contract) -> dict[str, Any]:
    rows = {"type": "array", "minItems": 1, "items": contract.as_schema()}
    listed = {"type": "array", "items": {"type": "array"}}
    split = {
        "type": "object",
        "required": ["columns", "data"],
        "properties": {"columns": {"type": "array", "items": {"type": "string"}}, "data": listed},
    }
    formats = {
        "dataframe_records": rows,
        "dataframe_split": split,
        "instances": {"oneOf": [rows, listed]},
        "inputs": {"oneOf": [{"type": "object", "additionalProperties": {"type": "array"}}, listed]},
    }
    schema = {
        "oneOf": [
            {"type": "object", "required": [name], "properties": {name: content}} for name, content in formats.items()
        ]
    }
    answer = {"type": "object", "required": ["predictions"], "properties": {"predictions": {"type": "array"}}}
    example = {"dataframe_records": [contract.example()]}
    return _operation(model, "The same in MLflow's formats", schema, answer, example)


def _operation(
    model: ServedModel, summary: str, schema: dict[str, Any], answer: dict[str, Any], example: dict[str, Any]
) -> dict[str, Any]:
    refused = {code: {"description": text} for code, text in _REFUSALS.items()}
    done = {"description": "Answers, in the order of the rows", "content": {"application/json": {"schema": answer}}}
    return {
        "tags": [model.name],
        "summary": summary,
        "description": model.spec.description,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example}},
        },
        "responses": {"200": done, **refused},
    }
