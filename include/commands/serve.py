"""`sluice serve`: the champions behind one port, until somebody stops it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from include.commands.registry import open_registry
from include.commands.screen import complaints, console
from include.deployment.home import Home
from include.domain.errors import SpecError
from include.domain.spec import ModelSpec
from include.serving.service.server import build_service, run_service
from include.spec_files.reading import find_spec, read_spec, survey_specs


def serve_models(
    home: Home, names: Sequence[str], *, host: str, port: int, key_variables: Sequence[str], seconds: float
) -> None:
    """Serve some models, or all; returns when the process is told to stop.

    Raises
    ------
    SluiceError
        If a spec, a key, a champion or the port is missing.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("include.serving").setLevel(logging.INFO)
    specs = _specs(home, names)
    app = build_service(
        specs,
        open_registry(home),
        host=host,
        key_variables=key_variables,
        seconds=seconds,
        needs_champions=bool(names),
    )
    console.print(f"http://{host}:{port} answers for {', '.join(spec.name for spec in specs)}; the contract: /docs")
    run_service(app, host, port)


def _specs(home: Home, names: Sequence[str]) -> list[ModelSpec]:
    if names:
        return [read_spec(find_spec(home.specs, name)) for name in dict.fromkeys(names)]
    found = survey_specs(home.specs)
    for lines in found.problems.values():
        # One broken file must not take the others from the air.
        complaints.print("\n".join(lines), style="red", markup=False)
    if not found.specs:
        raise SpecError([f"{home.specs}: no spec that could be served"])
    return found.specs
