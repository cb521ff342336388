"""Requests: one POST from its headers to its answer. Written against ASGI itself, for this is where time goes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from include.serving.service.bodies import Rows, encode
from include.serving.service.keys import given_key, opens
from include.serving.service.metrics import Metrics
from include.serving.service.refusals import Refusal
from include.serving.service.served_model import Said, ServedModel
from include.spec_files.spelling import hint

ReadRows = Callable[[bytes, Sequence[str]], Rows]
Shape = Callable[[str, Said], Any]

log = logging.getLogger(__name__)


class Asked:
    """Answers requests for predictions in one format.

    Parameters
    ----------
    models : mapping of str to ServedModel
    keys : mapping of str to tuple of bytes
        Keys that open each model; none, where everybody may ask.
    metrics : Metrics
    read : callable
        Makes rows of a body.
    shape : callable
        Makes the body of an answer.
    """

    def __init__(
        self,
        models: Mapping[str, ServedModel],
        keys: Mapping[str, Sequence[bytes]],
        metrics: Metrics,
        read: ReadRows,
        shape: Shape,
    ) -> None:
        self._models, self._keys, self._metrics, self._read, self._shape = models, keys, metrics, read, shape

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever is wrong with it, it gets an answer that says so."""
        began = time.perf_counter()
        name, status, headers = "", 200, {}
        try:
            model = self._find(scope)
            name = model.name
            limit = model.spec.serving.timeout.total_seconds()
            try:
                async with asyncio.timeout(limit):
                    content = await self._answer(model, scope, receive)
            except TimeoutError as error:
                raise Refusal(503, f"no answer within {limit:g} s", headers={"Retry-After": "1"}) from error
        except Refusal as refusal:
            status, content, headers = refusal.status, refusal.as_json(), refusal.headers
        except Exception:
            log.exception("%s: a request could not be answered", name)
            status, content = 500, {"error": "the service failed to answer; its log says why"}
        if content is None:
            return
        self._metrics.requests.labels(name, str(status)).inc()
        self._metrics.seconds.labels(name).observe(time.perf_counter() - began)
        await _send(send, status, encode(content), headers)

    async def _answer(self, model: ServedModel, scope: Scope, receive: Receive) -> Any:
        check_headers(scope["headers"], model.spec.serving.max_bytes)
        body = await whole_body(receive, model.spec.serving.max_bytes)
        if body is None:
            return None
        versions = model.now()
        rows = self._read(body, [one.name for one in versions.champion.model.contract.fields])
        if len(rows) > model.spec.serving.max_rows:
            raise Refusal(413, f"{len(rows)} rows; expected at most {model.spec.serving.max_rows} in one request")
        return self._shape(model.name, await model.answer(versions, rows))

    def _find(self, scope: Scope) -> ServedModel:
        name = scope["path_params"].get("name") or (next(iter(self._models)) if len(self._models) == 1 else "")
        key = given_key(scope["headers"])
        known = self._models.get(name)
        # Who has no key learns no names.
        locks = self._keys.get(name, ()) if known else [one for keys in self._keys.values() for one in keys]
        if locks and not opens(key, locks):
            raise Refusal(401, "expected a key: Authorization: Bearer KEY", headers={"WWW-Authenticate": "Bearer"})
        if known is None:
            asked = f"no model {name[:60]!r}" if name else "which model? POST /models/NAME/invocations"
            raise Refusal(404, f"{asked}: {hint(name[:60], sorted(self._models))}")
        return known


def check_headers(headers: Sequence[tuple[bytes, bytes]], max_bytes: int) -> None:
    """Check what headers say of a body.

    Raises
    ------
    Refusal
        415 where it is no plain JSON, 413 where it is too large.
    """
    given = dict(headers)
    kind, _, parameters = given.get(b"content-type", b"").partition(b";")
    if kind.strip().lower() != b"application/json":
        raise Refusal(415, "expected Content-Type: application/json")
    charset = parameters.strip().lower().removeprefix(b"charset=").strip(b'"')
    if charset not in (b"", b"utf-8", b"utf8"):
        raise Refusal(415, "expected UTF-8")
    if given.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise Refusal(415, "expected a body that is not compressed")
    length = given.get(b"content-length", b"")
    if length.isdigit() and int(length[:18]) > max_bytes:
        raise _too_large(max_bytes)


async def whole_body(receive: Receive, max_bytes: int) -> bytes | None:
    """Return the body of a request, or None if its sender has gone.

    Raises
    ------
    Refusal
        413 where it is too large.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size > max_bytes:
            raise _too_large(max_bytes)
        parts.append(part)
        if not message.get("more_body"):
            return part if len(parts) == 1 else b"".join(parts)


def _too_large(max_bytes: int) -> Refusal:
    # The rest of the body is not read, so nothing else can be sent on this connection.
    return Refusal(413, f"expected a body of at most {max_bytes} bytes", headers={"Connection": "close"})


async def _send(send: Send, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    lines = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    lines += [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
