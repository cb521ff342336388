"""What a person declared: the expectations of a suite, from the spec and from its suite file."""

from __future__ import annotations

from pathlib import Path

from include.domain.spec import QualitySpec
from include.quality.asked import OWN_TITLES, Asked, Mistake, SuiteName, with_unique_titles
from include.quality.catalogue import mistakes_in
from include.quality.suite_file import SuiteFileError, read_suite_file


def declared_expectations(
    quality: QualitySpec, name: SuiteName, folder: Path
) -> tuple[tuple[Asked, ...], list[Mistake]]:
    """Gather the expectations of a suite, and every mistake in them.

    Parameters
    ----------
    quality : QualitySpec
    name : {'raw', 'clean'}
    folder : Path
        Folder of the spec; the path of a suite file starts there.

    Returns
    -------
    asked : tuple of Asked
        Each under a title of its own.
    mistakes : list of Mistake
        Unknown expectations and arguments, each with the nearest right spelling; a suite file that cannot be read.
    """
    suite = quality.raw if name == "raw" else quality.clean
    path = ("quality", name)
    asked = [Asked(item, (*path, "expectations", i)) for i, item in enumerate(suite.expectations)]
    if suite.file is not None:
        try:
            from_file = read_suite_file(folder, suite.file)
        except SuiteFileError as error:
            return (), [Mistake((*path, "file"), str(error))]
        asked += [Asked(item, (*path, "file"), suite.file) for item in from_file]
    asked = with_unique_titles(asked)
    return tuple(asked), [mistake for item in asked for mistake in (*_taken_titles(item), *mistakes_in(item))]


def suite_mistakes(quality: QualitySpec, folder: Path) -> list[Mistake]:
    """Return every mistake in both suites, without looking at data."""
    names: tuple[SuiteName, ...] = ("raw", "clean")
    return [mistake for name in names for mistake in declared_expectations(quality, name, folder)[1]]


def _taken_titles(asked: Asked) -> list[Mistake]:
    taken = next((start for start in OWN_TITLES if asked.expectation.title.startswith(start)), None)
    return [asked.mistake(f"names that start with {taken!r} are kept for what a spec implies", "name")] if taken else []
