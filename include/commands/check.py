"""`sluice check`: every mistake in the specs, explained where it stands."""

from __future__ import annotations

from pathlib import Path

from include.commands.screen import complaints, console, print_json
from include.deployment.home import Home
from include.drafting.checking import check_spec
from include.spec_files.reading import find_spec, survey_specs


def check_specs(home: Home, name: str | None, *, as_json: bool) -> int:
    """Print the problems of one spec or of all, and return the exit code: 0 if there are none, else 1."""
    problems = {path.stem: check_spec(path, look_at_data=name is not None) for path in _paths(home.specs, name)}
    if as_json:
        print_json(problems)
    else:
        for model, found in problems.items():
            for problem in found:
                complaints.print(problem, style="red", markup=False)
            if not found:
                console.print(f"[green]ok[/] {model}")
    return 1 if any(problems.values()) else 0


def _paths(folder: Path, name: str | None) -> list[Path]:
    if name is None:
        survey = survey_specs(folder)
        return sorted([*survey.problems, *(folder / f"{spec.name}.yaml" for spec in survey.specs)])
    return [find_spec(folder, name)]
