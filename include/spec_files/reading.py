"""Reading specs: a folder of YAML files becomes models, and every mistake becomes one line that says where it is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from include.domain.errors import SpecError
from include.domain.spec import ModelSpec
from include.spec_files.expectations import expectation_mistakes
from include.spec_files.mistakes import explain, named_field, point_out
from include.spec_files.observations import observation_mistakes
from include.spec_files.spelling import hint
from include.spec_files.yaml_document import parse_document

Folder = str | Path


class Survey(NamedTuple):
    """What a folder of specs holds: the models that can be used, and the files that cannot."""

    specs: list[ModelSpec]
    problems: dict[Path, list[str]]


def read_spec(path: Folder) -> ModelSpec:
    """Read the spec of one model.

    Parameters
    ----------
    path : str or Path
        ``<folder>/<name>.yaml``; the file is called as the model.

    Raises
    ------
    SpecError
        With one line for every mistake: file, line, field, what was expected, the nearest right spelling.
    """
    path = Path(path)
    file = _shown(path)
    text = _text(path, file)
    document = parse_document(text, file)
    try:
        spec = ModelSpec.model_validate(document)
    except ValidationError as error:
        raise SpecError(explain(error, document, text, file)) from None
    mistakes = [*_file_name_mistakes(spec.name, path), *expectation_mistakes(spec), *observation_mistakes(spec)]
    if mistakes:
        raise SpecError(point_out(mistakes, text, file))
    return spec


def load_specs(folder: Folder, only: str | None = None) -> list[ModelSpec]:
    """Read every spec of a folder, sorted by name, or only the named one.

    Raises
    ------
    SpecError
        With the mistakes of all files, or if the folder or the named model does not exist.
    """
    if only is not None:
        return [read_spec(find_spec(folder, only))]
    specs, problems = survey_specs(folder)
    if problems:
        raise SpecError([line for lines in problems.values() for line in lines])
    return specs


def survey_specs(folder: Folder, only: str | None = None) -> Survey:
    """Read every spec of a folder and keep going where one is broken, so that it does not hide the others.

    Raises
    ------
    SpecError
        If the folder does not exist.
    """
    specs: list[ModelSpec] = []
    problems: dict[Path, list[str]] = {}
    for path in _files(Path(folder)):
        if only is not None and path.stem != only:
            continue
        try:
            specs.append(read_spec(path))
        except SpecError as error:
            problems[path] = error.problems
    return Survey(sorted(specs, key=lambda spec: spec.name), problems)


def point_at(path: Folder, messages: Iterable[str]) -> list[str]:
    """Return messages that start with a field (``data.target: …``) with the file and the line of that field.

    Parameters
    ----------
    path : str or Path
        A spec that can be read.
    messages : iterable of str
        Of a room that looked further than the file; one that names no field stands beside the file alone.
    """
    path = Path(path)
    file = _shown(path)
    found = [named_field(message) for message in messages]
    apart = [f"{file}: {sentence}" for where, sentence in found if not where]
    return point_out([(where, sentence) for where, sentence in found if where], _text(path, file), file) + apart


def find_spec(folder: Folder, name: str) -> Path:
    """Return the file that holds the spec of a model.

    Raises
    ------
    SpecError
        If no file has that name; with the nearest spelling.
    """
    files = {path.stem: path for path in _files(Path(folder))}
    if name not in files:
        known = f"; {hint(name, files)}" if files else ", which holds no spec yet"
        raise SpecError([f"no model {name!r} in {_shown(Path(folder))}{known}"])
    return files[name]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise SpecError([f"{_shown(folder)}: no such folder; expected one that holds specs (<name>.yaml)"])
    return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml") and path.is_file())


def _text(path: Path, file: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SpecError([f"{file}: no such file; expected the spec of a model"]) from None
    except OSError as error:
        raise SpecError([f"{file}: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise SpecError([f"{file}: not UTF-8 (byte {error.start}); save it as UTF-8"]) from None


def _file_name_mistakes(name: str, path: Path) -> list[tuple[tuple[str | int, ...], str]]:
    expected = path.with_name(f"{name}.yaml")
    if path.name == expected.name:
        return []
    if expected.exists():
        return [(("name",), f"{name!r} is already the name of {_shown(expected)}; a name belongs to one file")]
    return [(("name",), f"the file is called {path.name}; expected {expected.name}")]


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
