from __future__ import annotations

from pathlib import Path

import pytest
from sklearn.linear_model import Ridge

import include
from include.domain.errors import CodeNotAllowedError, SpecError
from include.training.code_loading import load_build, load_code, load_estimator
from tests.include.training import examples

HERE = "tests.include.training.examples"


def test_estimators_of_scikit_learn_are_always_allowed() -> None:
    assert load_estimator("sklearn.linear_model.Ridge") is Ridge


def test_code_from_elsewhere_is_refused_naming_field_path_and_what_is_allowed() -> None:
    with pytest.raises(
        CodeNotAllowedError, match=r"training\.estimator: os\.system .* sklearn or include.*allowed_packages"
    ):
        load_estimator("os.system")


def test_a_package_is_allowed_by_its_name() -> None:
    with pytest.raises(CodeNotAllowedError):
        load_code("scipy.stats.norm_gen", allowed_packages=(), field="training.build")
    assert callable(load_code("scipy.optimize.minimize", allowed_packages=("scipy",), field="training.build"))


@pytest.mark.parametrize("package", ["os", "subprocess", "builtins"])
def test_the_standard_library_cannot_be_allowed(package: str) -> None:
    with pytest.raises(CodeNotAllowedError, match="belongs to Python itself"):
        load_code(f"{package}.getcwd", allowed_packages=(package,), field="training.build")


def test_a_package_that_is_not_installed_cannot_be_allowed() -> None:
    with pytest.raises(CodeNotAllowedError, match="no package 'nosuchpackage' is installed"):
        load_code("nosuchpackage.Model", allowed_packages=("nosuchpackage",), field="training.build")


@pytest.mark.parametrize("path", ["sklearn.base.warnings", "sklearn.utils.fixes.platform", "include.storage.code.os"])
def test_what_a_module_imported_from_elsewhere_is_no_way_out(path: str) -> None:
    with pytest.raises(CodeNotAllowedError, match="is defined in"):
        load_code(path, allowed_packages=(), field="training.build")


def test_a_misspelled_class_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(SpecError, match="did you mean 'HistGradientBoostingClassifier'"):
        load_estimator("sklearn.ensemble.HistGradientBostingClassifier")


def test_a_misspelled_module_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(SpecError, match=r"no module sklearn\.linear_models: did you mean 'linear_model'"):
        load_estimator("sklearn.linear_models.Ridge")


def test_a_function_is_no_estimator_and_neither_is_a_class_that_cannot_fit() -> None:
    for path in ("sklearn.metrics.accuracy_score", "sklearn.model_selection.KFold"):
        with pytest.raises(SpecError, match="is no estimator"):
            load_estimator(path)


def test_a_build_takes_parameters_seed_and_columns() -> None:
    assert load_build(f"{HERE}.build_scaled", allowed_packages=("tests",)) is examples.build_scaled
    with pytest.raises(
        SpecError, match=r"has to be a function of \(parameters, seed, columns\); it cannot be called so"
    ):
        load_build(f"{HERE}.build_with_too_few_arguments", allowed_packages=("tests",))


def test_a_build_that_is_no_function_is_refused() -> None:
    with pytest.raises(SpecError, match="it is a module"):
        load_build("sklearn.linear_model")


def test_a_module_that_breaks_while_it_is_imported_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_by_its_author.py").write_text("1 / 0\n")
    (tmp_path / "needs_more.py").write_text("import nosuchpackage\n")
    monkeypatch.setattr(include, "__path__", [*include.__path__, str(tmp_path)])
    with pytest.raises(SpecError, match=r"include\.broken_by_its_author cannot be imported: ZeroDivisionError"):
        load_build("include.broken_by_its_author.build")
    with pytest.raises(SpecError, match="it needs nosuchpackage, which is not installed"):
        load_build("include.needs_more.build")
