"""Parts of the reference that say what the code says; ``python -m tests.docs.tables`` writes them into their pages."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from include.deployment.airflow_settings import IMPORTED, PRELOADED, QUIET, THREADS, airflow_settings
from include.deployment.home import PROJECT, Home
from include.deployment.ports import Ports, variable
from include.deployment.secrets import open_secrets
from include.domain import errors
from tests.docs.pages import REFERENCE


def airflow_table() -> str:
    """Return every Airflow setting of the house, with what differs from one installation to another named."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.from_environment({"SLUICE_HOME": folder})
        home.create()
        secrets = open_secrets(home.airflow)
        shown = {
            str(home.root): "$SLUICE_HOME",
            str(PROJECT): "<project>",
            ",".join(PRELOADED): "the libraries of `PRELOADED`",
            json.dumps({"imports": IMPORTED}): "imports of the same libraries",
            **dict.fromkeys(secrets.model_dump().values(), "made on first use"),
        }
        settings = airflow_settings(home, Ports())
    rows = []
    for setting in settings:
        value = "number of cores" if setting.key == "parallelism" else setting.value
        for found, told in shown.items():
            value = value.replace(found, told)
        rows.append(f"| `{setting.variable}` | {_cell(value)} | {setting.reason} |")
    return "\n".join(["| variable | value | reason |", "| --- | --- | --- |", *rows])


def ports_table() -> str:
    rows = [f"| `{variable(name)}` | {port} |" for name, port in Ports()]
    return "\n".join(["| variable | port if left out |", "| --- | --- |", *rows])


def libraries_table() -> str:
    rows = [f"| `{name}` | `{value}` |" for name, value in {**THREADS, **QUIET}.items()]
    return "\n".join(["| variable | value |", "| --- | --- |", *rows])


def error_tree() -> str:
    text = errors.__doc__ or ""
    return f"```text\n{text.partition(chr(10) * 2)[2].strip()}\n```"


BLOCKS: dict[str, tuple[Path, Callable[[], str]]] = {
    "airflow settings": (REFERENCE / "settings.md", airflow_table),
    "ports": (REFERENCE / "settings.md", ports_table),
    "libraries": (REFERENCE / "settings.md", libraries_table),
    "errors": (REFERENCE / "errors.md", error_tree),
}


def block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- written: {name} -->\n).*?(<!-- end -->)", re.DOTALL)


def written(name: str, content: str, page: str) -> str:
    """Return a page with the content between the marks of that name."""
    assert block(name).search(page), f"no mark for {name!r}"
    return block(name).sub(lambda marks: f"{marks[1]}{content}\n{marks[2]}", page, count=1)


def _cell(value: str) -> str:
    return value if " " in value else f"`{value}`"


def main() -> None:
    for name, (page, make) in BLOCKS.items():
        text = page.read_text(encoding="utf-8")
        page.write_text(written(name, make(), text), encoding="utf-8")


if __name__ == "__main__":
    main()
