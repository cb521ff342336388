"""The pages: every model with its champion and its last verdict, and the reports of the store."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from airflow.api_fastapi.core_api.security import requires_authenticated
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import HTMLResponse

from include.deployment.home import Home
from include.deployment.pages import version_page
from include.spec_files.reading import load_specs
from include.storage.store import Store
from plugins.hooks.house import HouseHook

app = FastAPI(title="Sluice", dependencies=[Depends(requires_authenticated())], openapi_url=None)

PAGE = """<!doctype html><meta charset="utf-8"><title>Sluice models</title>
<style>
 body {{ font: 14px/1.5 system-ui, sans-serif; margin: 2rem; color: #1f2937; background: #fff }}
 table {{ border-collapse: collapse; width: 100% }}
 th, td {{ text-align: left; padding: .5rem .75rem; border-bottom: 1px solid #e5e7eb }}
 .passed {{ color: #047857 }} .blocked {{ color: #b91c1c }} .inconclusive {{ color: #b45309 }}
</style>
<h1>Models</h1>
<table><tr><th>model<th>owner<th>champion<th>challenger<th>last verdict<th>last move</tr>{rows}</table>"""


@app.get("/", response_class=HTMLResponse)
def models() -> str:
    """Return the table of all models."""
    store = HouseHook().store()
    rows = (_row(spec.name, spec.owner, store) for spec in load_specs(Home.from_environment().specs))
    return PAGE.format(rows="".join(rows))


@app.get("/reports/{path:path}", response_class=HTMLResponse)
def report(path: str) -> str:
    """Return one report of the store."""
    parts = path.split("/")
    if ".." in parts or not path.endswith(".html"):
        raise HTTPException(404, "no such report")
    try:
        return HouseHook().store().read(f"reports/{path}").decode()
    except KeyError as error:
        raise HTTPException(404, "no such report") from error


@app.get("/cards/{model}/{version}", response_class=HTMLResponse)
def card(model: str, version: int) -> str:
    """Return the model card of a version as it stands now."""
    from include.domain.errors import SluiceError
    from include.model_card.html import as_html
    from include.model_card.publishing import read_card
    from include.model_card.sources import find_version

    try:
        return as_html(read_card(find_version(f"{model}@{version}"), HouseHook().store()))
    except SluiceError as error:
        raise HTTPException(404, str(error)) from error


@app.get("/monitoring/{model}", response_class=HTMLResponse)
def monitoring(model: str) -> str:
    """Return what became of a model's predictions, window by window."""
    from include.domain.concerns import concern_gates
    from include.domain.errors import SluiceError
    from include.monitoring.shelf import monitored_windows
    from include.spec_files.reading import find_spec, read_spec
    from plugins.ui.monitoring import monitoring_page

    try:
        spec = read_spec(find_spec(Home.from_environment().specs, model))
        judged = [asked.observation for gate in concern_gates(spec) for asked in gate.requirements]
        return monitoring_page(model, monitored_windows(HouseHook().store(), model), judged)
    except SluiceError as error:
        raise HTTPException(404, str(error)) from error


@app.get("/ledger/{model}", response_class=HTMLResponse)
def ledger(model: str) -> str:
    """Return every move of a model's aliases."""
    from include.domain.errors import SluiceError
    from include.registry.ledger import Ledger
    from include.spec_files.reading import find_spec
    from plugins.ui.ledger import ledger_page

    try:
        find_spec(Home.from_environment().specs, model)
        return ledger_page(model, Ledger(HouseHook().store(), model).entries())
    except SluiceError as error:
        raise HTTPException(404, str(error)) from error


def _row(model: str, owner: str, store: Store) -> str:
    from include.registry.status import status

    seen = status(store, model)
    moved = f"{seen.last_entry.action} by {escape(seen.last_entry.actor)}" if seen.last_entry else "never"
    verdict = seen.last_verdict or "none"
    return (
        f'<tr><td>{escape(model)} (<a href="monitoring/{quote(model)}">windows</a>)<td>{escape(owner)}'
        f"<td>{_link(model, seen.champion)}<td>{_link(model, seen.challenger)}"
        f'<td class="{verdict}">{verdict}<td>{moved}</tr>'
    )


def _link(model: str, version: int | None) -> str:
    if version is None:
        return "none"
    in_mlflow = f'<a href="{escape(version_page(model, version))}">version {version}</a>'
    return f'{in_mlflow}, <a href="cards/{quote(model)}/{version}">card</a>'
