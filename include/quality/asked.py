"""What is asked of a dataset: an expectation, and the place in the spec (or in a suite file) where it was asked."""

from __future__ import annotations

from typing import Literal, NamedTuple

from include.domain.spec import Expectation

Path = tuple[str | int, ...]
SuiteName = Literal["raw", "clean"]

REFERENCE = "reference."
OWN_TITLES = ("implied.", REFERENCE)
"""How the titles start of what the house asks on its own."""


class Mistake(NamedTuple):
    """Something in a spec that cannot be done: the field, and what is wrong with it."""

    path: Path
    sentence: str


class Asked(NamedTuple):
    """An expectation and where it stands.

    Parameters
    ----------
    expectation : Expectation
    path : tuple of str or int
        Field of the spec: ``("quality", "raw", "expectations", 2)``.
    file : str
        The suite file that holds it; empty where the spec itself does.
    """

    expectation: Expectation
    path: Path = ()
    file: str = ""

    def mistake(self, sentence: str, *field: str | int) -> Mistake:
        """Return what is wrong with this expectation, named by its field."""
        if self.file:
            return Mistake(self.path, f"{self.file}: {self.expectation.title}: {sentence}")
        return Mistake((*self.path, *field), sentence)


def with_unique_titles(asked: list[Asked]) -> list[Asked]:
    """Number the titles that stand more than once, so that each result can be told apart.

    Examples
    --------
    >>> twice = [Asked(Expectation(type="expect_column_to_exist", kwargs={"column": "a"}))] * 2
    >>> [item.expectation.title for item in with_unique_titles(twice)]
    ['column_to_exist.a', 'column_to_exist.a (2)']
    """
    taken: set[str] = set()
    unique = []
    for item in asked:
        title, number = item.expectation.title, 2
        while title in taken:
            title, number = f"{item.expectation.title} ({number})", number + 1
        taken.add(title)
        unique.append(item._replace(expectation=item.expectation.model_copy(update={"name": title})))
    return unique
