from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import skops.io
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import FunctionTransformer

from include.domain.errors import TrustError
from include.training.trust import check_types, load_trusted
from tests.include.training.examples import Own


def _stored(estimator: object, folder: Path) -> Path:
    path = folder / "model.skops"
    skops.io.dump(estimator, path)
    return path


def test_models_of_scikit_learn_come_back(tmp_path: Path) -> None:
    forest = RandomForestClassifier(n_estimators=2).fit([[0.0], [1.0]], [0, 1])
    again = load_trusted(_stored(forest, tmp_path), subject="the model")
    assert again.predict([[0.0], [1.0]]).tolist() == forest.predict([[0.0], [1.0]]).tolist()


def test_a_class_of_the_projects_own_has_to_be_named(tmp_path: Path) -> None:
    path = _stored(Own(), tmp_path)
    name = "tests.include.training.examples.Own"
    with pytest.raises(TrustError, match=f"the model holds types that nobody allowed: {name}"):
        load_trusted(path, subject="the model")
    assert isinstance(load_trusted(path, trusted_types=(name,), subject="the model"), Own)


def test_a_function_is_not_rebuilt_unasked_wherever_it_comes_from(tmp_path: Path) -> None:
    for function in (json.loads, __import__("numpy").loadtxt):
        with pytest.raises(TrustError, match="nobody allowed"):
            load_trusted(_stored(FunctionTransformer(function), tmp_path), subject="the model")


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "builtins.eval",
        "numpy.load",
        "numpy.testing._private.utils.runstring",
        "numpy.f2py.compile",
        "numpy.f2py.__main__.main",
        "sklearn.base.defaultdict",
        "sklearn.nosuchmodule.Class",
        "sklearn.base.NoSuchClass",
        "sklearnish.Thing",
        "numpy",
        "",
    ],
)
def test_what_is_no_class_at_home_in_scikit_learn_or_numpy_is_refused(name: str) -> None:
    with pytest.raises(TrustError):
        check_types([name], (), subject="the model")


@pytest.mark.parametrize("name", ["sklearn.tree._tree.Tree", "numpy.dtype", "sklearn.neighbors._kd_tree.KDTree"])
def test_classes_at_home_in_scikit_learn_or_numpy_are_trusted(name: str) -> None:
    with pytest.raises(TrustError) as caught:
        check_types([name, "a.B"], (), subject="the model")
    assert name not in str(caught.value)


def test_every_refused_type_is_named() -> None:
    with pytest.raises(TrustError, match=r"a\.B, c\.D\. If you know them"):
        check_types(["a.B", "sklearn.tree._tree.Tree", "c.D"], (), subject="the model")


@pytest.mark.parametrize("content", [b"", b"cos\nsystem\n(S'echo'\ntR."])
def test_a_file_that_is_no_skops_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.skops"
    path.write_bytes(content)
    with pytest.raises(TrustError, match="the model is no model in the format skops"):
        load_trusted(path, subject="the model")


def test_an_archive_without_a_schema_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("something.txt", "else")
    path = tmp_path / "model.skops"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(TrustError, match="no model in the format skops"):
        load_trusted(path, subject="the model")
