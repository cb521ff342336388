"""`sluice bench`: the measurements, one table each."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from typing import Any

from include.bench.parse import measure_parsing
from include.commands.screen import console, print_json, show_table
from include.domain.errors import SluiceError

BENCHES: dict[str, Callable[[], dict[str, Any]]] = {"parse": measure_parsing}


def run_benches(name: str | None, *, as_json: bool) -> None:
    """Run one measurement, or all of them, and print what came out.

    Raises
    ------
    SluiceError
        If there is no measurement of that name.
    """
    if name is not None and name not in BENCHES:
        raise SluiceError(f"no measurement {name!r}; expected one of {', '.join(BENCHES)}")
    figures = {bench: BENCHES[bench]() for bench in ([name] if name else BENCHES)}
    if as_json:
        print_json(figures)
        return
    console.print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for bench, seen in figures.items():
        show_table(
            f"bench {bench}", ("what", "figure"), [(key.replace("_", " "), value) for key, value in seen.items()]
        )
