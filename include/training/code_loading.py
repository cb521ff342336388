"""Code that a spec names: paths lead into scikit-learn, the project and packages that the spec allows; nowhere else."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from include.domain.errors import CodeNotAllowedError, SpecError
from include.spec_files.spelling import hint, one_of

ALWAYS_ALLOWED = ("sklearn", "include")
"""Packages that every spec may name."""


def load_estimator(path: str, *, allowed_packages: Sequence[str] = (), field: str = "training.estimator") -> type[Any]:
    """Return the class of an estimator.

    Raises
    ------
    CodeNotAllowedError
        If the path leads outside the allow-list.
    SpecError
        If nothing lies there, or no estimator.

    Examples
    --------
    >>> load_estimator("sklearn.linear_model.Ridge").__name__
    'Ridge'
    >>> load_estimator("sklearn.linear_model.Rigde")
    Traceback (most recent call last):
    include.domain.errors.SpecError: training.estimator: sklearn.linear_model has no 'Rigde': did you mean 'Ridge'?
    """
    found = load_code(path, allowed_packages=allowed_packages, field=field)
    if not (isinstance(found, type) and hasattr(found, "fit") and hasattr(found, "predict")):
        raise SpecError([f"{field}: {path} is no estimator: expected a class with the methods fit and predict"])
    return found


def load_build(path: str, *, allowed_packages: Sequence[str] = (), field: str = "training.build") -> Callable[..., Any]:
    """Return the user's function that makes an estimator of ``(parameters, seed, columns)``.

    Raises
    ------
    CodeNotAllowedError
        If the path leads outside the allow-list.
    SpecError
        If nothing lies there, or nothing that takes three arguments.
    """
    found = load_code(path, allowed_packages=allowed_packages, field=field)
    expected = f"{field}: {path} has to be a function of (parameters, seed, columns)"
    if not callable(found):
        raise SpecError([f"{expected}; it is a {type(found).__name__}"])
    try:
        inspect.signature(found).bind({}, 0, None)
    except (TypeError, ValueError) as error:
        raise SpecError([f"{expected}; it cannot be called so: {error}"]) from error
    return found


def load_code(path: str, *, allowed_packages: Sequence[str], field: str) -> Any:
    """Follow a dotted path to what it names.

    Parameters
    ----------
    path : str
        ``package.module.name``.
    allowed_packages : sequence of str
        Installed packages beyond scikit-learn and the project.
    field : str
        Field of the spec that names the path; stands in every message.

    Raises
    ------
    CodeNotAllowedError
        If the path, or the place where the object is defined, is outside the allow-list.
    SpecError
        If a module cannot be imported or has no such name.
    """
    module_path, _, name = path.rpartition(".")
    allowed = (*ALWAYS_ALLOWED, *allowed_packages)
    top = path.split(".", 1)[0]
    if top not in allowed:
        raise CodeNotAllowedError(
            f"{field}: {path} may not be used: expected code from {one_of(allowed)}. "
            f"An installed package is allowed by naming it in training.allowed_packages"
        )
    if top not in ALWAYS_ALLOWED:
        _check_is_installed(top)
    module = _import(module_path, field=field)
    if not hasattr(module, name):
        public = [word for word in dir(module) if not word.startswith("_")]
        raise SpecError([f"{field}: {module_path} has no {name!r}: {hint(name, public)}"])
    found = getattr(module, name)
    _check_is_from(found, allowed, path=path, field=field)
    return found


def _check_is_installed(package: str) -> None:
    where = "training.allowed_packages"
    if package in sys.stdlib_module_names:
        raise CodeNotAllowedError(
            f"{where}: {package!r} belongs to Python itself: expected an installed package; "
            f"wrap what you need in a module of include"
        )
    if find_spec(package) is None:
        raise CodeNotAllowedError(f"{where}: no package {package!r} is installed: install it, or take it out")


def _check_is_from(found: Any, allowed: Sequence[str], *, path: str, field: str) -> None:
    # A module may re-export anything it imports: sklearn.base.warnings must not open the standard library.
    home = found.__name__ if isinstance(found, ModuleType) else getattr(found, "__module__", None)
    if home is None or str(home).split(".", 1)[0] not in allowed:
        raise CodeNotAllowedError(f"{field}: {path} is defined in {home}: expected code from {one_of(allowed)}")


def _import(path: str, *, field: str) -> ModuleType:
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        missing = error.name or path
        if path == missing or path.startswith(f"{missing}."):
            raise SpecError([f"{field}: there is no module {missing}: {_module_hint(missing)}"]) from error
        raise SpecError([f"{field}: {path} cannot be imported: it needs {missing}, which is not installed"]) from error
    except Exception as error:
        raise SpecError([f"{field}: {path} cannot be imported: {type(error).__name__}: {error}"]) from error


def _module_hint(missing: str) -> str:
    parent, _, name = missing.rpartition(".")
    if not parent:
        return "install the package"
    folder = getattr(importlib.import_module(parent), "__path__", [])
    return hint(name, [module.name for module in pkgutil.iter_modules(folder) if not module.name.startswith("_")])
