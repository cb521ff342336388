"""The alias watcher: a thread that sees an alias move, loads the version aside, and only then lets it answer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Protocol

from include.domain.errors import SluiceError
from include.domain.references import ModelVersionRef
from include.domain.spec import ModelSpec
from include.registry.mlflow_registry import MlflowRegistry, Registry
from include.registry.versions import current
from include.serving.service.loaded_model import LoadedModel
from include.serving.service.loading import load_version
from include.serving.service.metrics import Metrics
from include.serving.service.served_model import ServedModel

CHAMPION, CHALLENGER = "champion", "challenger"

log = logging.getLogger(__name__)


class Load(Protocol):
    """What makes a model of a version."""

    def __call__(self, version: ModelVersionRef, *, trusted_types: Iterable[str] = ()) -> LoadedModel:
        """Return the model."""
        ...


class AliasWatcher:
    """Keeps served models at the versions that their aliases point at.

    Parameters
    ----------
    models : iterable of ServedModel
    metrics : Metrics
    seconds : float
        Between two looks.
    registry : Registry
    find : callable
        Returns the version behind an alias.
    load : callable
        Loads a version.
    """

    def __init__(
        self,
        models: Iterable[ServedModel],
        metrics: Metrics,
        *,
        seconds: float,
        registry: Registry | None = None,
        find: Callable[[str, str], ModelVersionRef | None] = current,
        load: Callable[..., LoadedModel] = load_version,
    ) -> None:
        self._models, self._metrics, self._seconds = tuple(models), metrics, seconds
        self._registry, self._find, self._load = registry or MlflowRegistry(), find, load
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, name="alias-watcher", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def look(self, model: ServedModel) -> bool:
        """Bring one model up to its aliases, and return whether anything changed.

        Raises
        ------
        SluiceError
            If the registry does not answer, or a version cannot be loaded; what was served is served on.
        """
        aliases = self._registry.read(model.name).aliases
        now = (
            {}
            if model.versions is None
            else {
                role: batcher.model
                for role, batcher in ((CHAMPION, model.versions.champion), (CHALLENGER, model.versions.challenger))
                if batcher is not None
            }
        )
        asked = (CHAMPION, CHALLENGER) if model.spec.serving.asks_challenger else (CHAMPION,)
        wanted = {role: aliases[role] for role in asked if role in aliases}
        # The champion may be the newest version, to which the alias of the challenger still points.
        if wanted.get(CHALLENGER) == wanted.get(CHAMPION):
            wanted.pop(CHALLENGER, None)
        if CHAMPION not in wanted or wanted == {role: loaded.version.version for role, loaded in now.items()}:
            # A champion whose alias was taken away serves on: an outage would be no gain for anybody.
            return False
        known = {loaded.version.version: loaded for loaded in now.values()}
        champion = known.get(wanted[CHAMPION]) or self._loaded(model.spec, CHAMPION)
        if champion is None:
            return False
        model.serve(champion, self._challenger(model.spec, wanted.get(CHALLENGER), known))
        log.info("%s: version %d answers", model.name, champion.version.version)
        return True

    def _challenger(self, spec: ModelSpec, number: int | None, known: dict[int, LoadedModel]) -> LoadedModel | None:
        if number is None:
            return None
        try:
            return known.get(number) or self._loaded(spec, CHALLENGER)
        except SluiceError as error:
            # Who cannot be asked is no reason to keep the champion waiting.
            self._metrics.reload_failures.labels(spec.name).inc()
            log.warning("%s: the challenger cannot be asked: %s", spec.name, error)
            return None

    def _loaded(self, spec: ModelSpec, role: str) -> LoadedModel | None:
        version = self._find(spec.name, role)
        return None if version is None else self._load(version, trusted_types=spec.training.trusted_types)

    def _keep_looking(self) -> None:
        while not self._over.wait(self._seconds):
            for model in self._models:
                try:
                    self.look(model)
                except SluiceError as error:
                    self._metrics.reload_failures.labels(model.name).inc()
                    log.warning("%s goes on as it is: %s", model.name, error)
                except Exception:
                    # A thread that ends would leave the service at a version for ever.
                    self._metrics.reload_failures.labels(model.name).inc()
                    log.exception("%s goes on as it is", model.name)
