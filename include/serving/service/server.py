"""The server: one process that holds the models, listens, and leaves nothing unwritten when it is told to stop."""

from __future__ import annotations

import gc
import logging
import os
import socket
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import uvicorn
from fastapi import FastAPI

from include.domain.errors import SluiceError
from include.domain.spec import ModelSpec
from include.serving.service.alias_watcher import AliasWatcher
from include.serving.service.app import create_app
from include.serving.service.buffer import Buffer
from include.serving.service.keys import check_host, keys_of
from include.serving.service.log_writer import writer_to
from include.serving.service.metrics import Metrics
from include.serving.service.served_model import ServedModel
from include.storage.store import Store

CONNECTIONS = 1_000
"""Requests at a time; whoever comes on top is told to come back."""

STOP_SECONDS = 30
"""Time that requests have to end in when the process is told to stop."""

log = logging.getLogger(__name__)


def build_service(
    specs: Sequence[ModelSpec],
    store: Store,
    *,
    host: str = "127.0.0.1",
    key_variables: Sequence[str] = (),
    seconds: float = 2.0,
    needs_champions: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> FastAPI:
    """Load the champions and return the application that serves them.

    Parameters
    ----------
    specs : sequence of ModelSpec
    store : Store
        Gets the log of predictions.
    host : str
        Address that will be listened on.
    key_variables : sequence of str
        Environment variables with keys that open every model, beside those of each spec.
    seconds : float
        Between two looks at the aliases.
    needs_champions : bool
        Whether a model without a champion is an error; else it is served once it has one.
    environment : mapping of str to str
        Where keys are looked up.

    Raises
    ------
    SluiceError
        If a key is missing, a champion cannot be loaded, or MLflow does not answer.
    """
    shared = keys_of(key_variables, environment, where="--key")
    keys = {s.name: (*shared, *keys_of(s.serving.api_keys, environment, where="serving.api_keys")) for s in specs}
    check_host(host, [name for name, own in keys.items() if not own])
    metrics, executor = Metrics(), ThreadPoolExecutor(1, thread_name_prefix="scoring")
    models = [
        ServedModel(
            spec,
            Buffer(writer_to(store, spec.name), rows=spec.serving.buffer_rows, seconds=spec.serving.buffer_seconds),
            metrics,
            executor,
        )
        for spec in specs
    ]
    watcher = AliasWatcher(models, metrics, seconds=seconds)
    for model in models:
        watcher.look(model)
        if needs_champions and model.versions is None:
            raise SluiceError(
                f"{model.name} has no champion: train it, and let it pass its gates (sluice run {model.name})"
            )
    # What was loaded stays: a collector that goes through it again and again would keep requests waiting.
    gc.collect()
    gc.freeze()
    return create_app(models, metrics, keys=keys, watcher=watcher)


def run_service(app: FastAPI, host: str, port: int) -> None:
    """Serve until the process is told to stop.

    Raises
    ------
    SluiceError
        If the port is taken.
    """
    listener = _listen(host, port)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SluiceError(
            f"port {port} on {host} cannot be used ({error.strerror}): choose another with --port"
        ) from error
    return listener
