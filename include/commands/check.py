"""`sluice check`: every mistake in the specs, explained where it stands."""

from __future__ import annotations

from include.commands.screen import complaints, console, print_json
from include.deployment.home import Home
from include.drafting.checking import check_spec
from include.spec_files.reading import find_spec


def check_specs(home: Home, name: str | None, *, as_json: bool) -> int:
    """Print the problems of one spec or of all, and return the exit code: 0 if there are none, else 1."""
    paths = [find_spec(home.specs, name)] if name else sorted(home.specs.glob("*.yaml"))
    problems = {path.stem: check_spec(path, look_at_data=name is not None) for path in paths}
    if as_json:
        print_json(problems)
    else:
        for model, found in problems.items():
            for problem in found:
                complaints.print(problem, style="red", markup=False)
            if not found:
                console.print(f"[green]ok[/] {model}")
    return 1 if any(problems.values()) else 0
