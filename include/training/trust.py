"""Trust: which types a stored model may hold. The list that the model brings along is not asked: forgers write it too.

skops rebuilds an object only if every type in its file is allowed. Allowed are the types skops vouches for, the classes
of scikit-learn and numpy, the few of this project, and what the spec names; functions are not, for a function runs what
it is given.
"""

from __future__ import annotations

import importlib
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import skops.io

from include.domain.errors import TrustError

HOUSES = ("sklearn", "numpy")
"""Packages whose classes a stored model may hold."""

OWN = ("include.training.seasonal_naive.SeasonalNaive",)
"""Classes of this project that a stored model may hold: they run nothing that they are given."""

_CLOSED = frozenset({"__main__", "conftest", "distutils", "externals", "f2py", "testing", "tests"})

KIND = re.compile(rb'"__class__": ("[^"]*"),\s*"__module__": ("[^"]*"),\s*"__loader__": ("[^"]*")')
"""How skops writes of each object what it is and how it is rebuilt."""

_CHECKED: set[tuple[frozenset[tuple[bytes, ...]], tuple[str, ...]]] = set()
"""What models were made of that were checked in this process, and what was allowed beside the house's own."""


def load_trusted(path: Path, *, trusted_types: Sequence[str] = (), subject: str) -> Any:
    """Rebuild an object from a file of skops, if every type in it is allowed.

    Parameters
    ----------
    path : Path
    trusted_types : sequence of str
        Full names of further types that may be in it; from ``training.trusted_types``.
    subject : str
        What is loaded, for the message.

    Raises
    ------
    TrustError
        If the file holds other types, or is no file of skops.
    """
    types = untrusted_types(path, subject=subject)
    check_types(types, trusted_types, subject=subject)
    return skops.io.load(path, trusted=types)


def check_written(content: bytes, trusted_types: Sequence[str], *, subject: str) -> None:
    """Check that a file of skops which this process wrote itself can be read again: that its types are allowed.

    Members of a fleet are made alike: what is made of the same kinds as one before is not walked through again.
    A file of others is never checked by this, for they may spell it in another way: see :func:`load_trusted`.

    Parameters
    ----------
    content : bytes
    trusted_types : sequence of str
    subject : str

    Raises
    ------
    TrustError
        As :func:`check_types` does.
    """
    with ZipFile(io.BytesIO(content)) as file:
        made_of = frozenset(KIND.findall(file.read("schema.json"))), tuple(trusted_types)
    if made_of in _CHECKED:
        return
    check_types(skops.io.get_untrusted_types(data=content), trusted_types, subject=subject)
    _CHECKED.add(made_of)


def untrusted_types(path: Path, *, subject: str) -> list[str]:
    """Return the types in a file of skops that skops does not vouch for."""
    try:
        return list(skops.io.get_untrusted_types(file=path))
    except (BadZipFile, OSError, KeyError, ValueError) as error:
        raise TrustError(f"{subject} is no model in the format skops: {error}") from error


def check_types(types: Sequence[str], trusted_types: Sequence[str], *, subject: str) -> None:
    """Check that types are allowed.

    Raises
    ------
    TrustError
        Names every type that is not, and where to allow it.

    Examples
    --------
    >>> check_types(["sklearn.tree._tree.Tree"], [], subject="the model")
    >>> check_types(["os.system"], [], subject="the model")
    Traceback (most recent call last):
    include.domain.errors.TrustError: the model holds types that nobody allowed: os.system. If you know them to be \
harmless, name them in training.trusted_types
    """
    allowed = {*trusted_types, *OWN}
    refused = [name for name in types if name not in allowed and not _is_class_of_a_house(name)]
    if refused:
        raise TrustError(
            f"{subject} holds types that nobody allowed: {', '.join(refused)}. "
            f"If you know them to be harmless, name them in training.trusted_types"
        )


def _is_class_of_a_house(name: str) -> bool:
    module_path, _, attribute = name.rpartition(".")
    parts = module_path.split(".")
    if parts[0] not in HOUSES or not _CLOSED.isdisjoint(parts):
        return False
    try:
        found = getattr(importlib.import_module(module_path), attribute, None)
    except ImportError:
        return False
    # The class has to be at home there: modules re-export what they import.
    return isinstance(found, type) and found.__module__.split(".", 1)[0] == parts[0]
