"""The application: the routes of the service, and what happens when it starts and when it is told to stop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Route

from include.serving.service.alias_watcher import AliasWatcher
from include.serving.service.bodies import rows_of_invocation, rows_of_predict
from include.serving.service.keys import given_key, opens
from include.serving.service.metrics import Metrics
from include.serving.service.openapi import paths_of
from include.serving.service.requests import Asked
from include.serving.service.served_model import Said, ServedModel


def create_app(
    models: Sequence[ServedModel],
    metrics: Metrics,
    *,
    keys: Mapping[str, Sequence[bytes]] | None = None,
    watcher: AliasWatcher | None = None,
) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    models : sequence of ServedModel
    metrics : Metrics
    keys : mapping of str to sequence of bytes, optional
        Keys that open each model.
    watcher : AliasWatcher, optional
        Runs as long as the application does.
    """
    served, locks = {model.name: model for model in models}, dict(keys or {})
    app = FastAPI(
        title="Sluice",
        version=version("sluice"),
        description="Predictions of the champions, row by row.",
        lifespan=_living(models, watcher),
        exception_handlers={StarletteHTTPException: _refused},
    )
    for format_, read, shape in (("predict", rows_of_predict, _own), ("invocations", rows_of_invocation, _mlflow)):
        asked = Asked(served, locks, metrics, read, shape)
        app.router.routes.append(Route(f"/models/{{name}}/{format_}", asked, methods=["POST"]))
        if format_ == "invocations":
            app.router.routes.append(Route("/invocations", asked, methods=["POST"]))
    _add_pages(app, models, metrics, [key for own in locks.values() for key in own])
    app.openapi = lambda: _described(app, models)  # type: ignore[method-assign]
    return app


def _add_pages(app: FastAPI, models: Sequence[ServedModel], metrics: Metrics, keys: Sequence[bytes]) -> None:
    async def unlocked(request: Request) -> None:
        if keys and not opens(given_key(request.headers.raw), keys):
            raise HTTPException(401, "expected a key: Authorization: Bearer KEY", {"WWW-Authenticate": "Bearer"})

    opened = [Depends(unlocked)]

    @app.get("/health")
    async def health() -> dict[str, str]:
        """Whether the process is there at all."""
        return {"status": "ok"}

    @app.get("/ready")
    async def ready(response: Response) -> dict[str, Any]:
        """Whether every model has a champion to answer by."""
        waiting = sorted(model.name for model in models if model.versions is None)
        response.status_code = 503 if waiting else 200
        return {"ready": not waiting, "waiting": waiting if not keys else len(waiting)}

    @app.get("/models", dependencies=opened)
    async def list_models() -> list[dict[str, Any]]:
        """Every model, and the versions that answer."""
        return [_about(model) for model in models]

    @app.get("/metrics", response_class=Response, dependencies=opened)
    async def show_metrics() -> Response:
        """Counters for Prometheus."""
        for model in models:
            metrics.unsaved.labels(model.name).set(model.buffer.unsaved)
            metrics.unsaved_failures.labels(model.name).set(model.buffer.failures)
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _about(model: ServedModel) -> dict[str, Any]:
    now = model.versions
    challenger = now.challenger if now else None
    return {
        "name": model.name,
        "description": model.spec.description,
        "champion": now.champion.model.version.version if now else None,
        "challenger": challenger.model.version.version if challenger else None,
        "shadow": model.spec.serving.shadow,
        "canary": model.spec.serving.canary.share if model.spec.serving.canary else 0,
    }


def _living(models: Sequence[ServedModel], watcher: AliasWatcher | None) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        for model in models:
            model.buffer.start()
        if watcher is not None:
            watcher.start()
        try:
            yield
        finally:
            if watcher is not None:
                watcher.stop()
            for model in models:
                await model.settle()
                await model.buffer.stop()

    return lifespan


async def _refused(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, StarletteHTTPException)  # noqa: S101
    return JSONResponse({"error": error.detail}, error.status_code, headers=dict(error.headers or {}))


def _described(app: FastAPI, models: Sequence[ServedModel]) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    made["paths"] |= paths_of(models)
    return made


def _own(name: str, said: Said) -> dict[str, Any]:
    return {"model": name, "predictions": said.rows()}


def _mlflow(name: str, said: Said) -> dict[str, Any]:
    del name
    return {"predictions": [row["prediction"] for row in said.rows()]}
