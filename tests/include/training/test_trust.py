from __future__ import annotations

import io
import json
import zipfile
from functools import partial
from pathlib import Path

import pytest
import skops.io
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import FunctionTransformer

from include.domain.errors import TrustError
from include.training.trust import KIND, check_types, check_written, load_trusted
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


def test_what_was_written_here_is_walked_through_once_for_each_kind_of_model(monkeypatch: pytest.MonkeyPatch) -> None:
    walked = []
    whole = skops.io.get_untrusted_types
    monkeypatch.setattr(skops.io, "get_untrusted_types", lambda **of: walked.append(of) or whole(**of))
    for seed in range(3):
        fitted = RandomForestClassifier(n_estimators=2, random_state=seed).fit([[0.0], [1.0]], [0, 1])
        check_written(skops.io.dumps(fitted), ["only.this.test"], subject="the model")
    assert len(walked) == 1
    check_written(skops.io.dumps(RandomForestClassifier()), ["only.this.test"], subject="the model")
    assert len(walked) == 2


@pytest.mark.parametrize("function", [json.loads, json.dumps, RandomForestClassifier.fit, Own])
def test_a_model_like_one_before_but_for_a_function_is_refused(function: object) -> None:
    check_written(skops.io.dumps(FunctionTransformer(None)), [], subject="the model")
    for _ in range(2):
        with pytest.raises(TrustError, match="the model holds types that nobody allowed"):
            check_written(skops.io.dumps(FunctionTransformer(function)), [], subject="the model")


def test_what_one_spec_allows_is_not_allowed_to_the_next() -> None:
    content = skops.io.dumps(Own())
    check_written(content, ["tests.include.training.examples.Own"], subject="the model")
    with pytest.raises(TrustError, match="nobody allowed"):
        check_written(content, [], subject="the model")


@given(
    st.lists(st.sampled_from([json.loads, len, Own, float, RandomForestClassifier, partial(max, 1)]), max_size=3),
    st.text(),
)
def test_every_kind_that_skops_tells_of_is_among_those_that_are_compared(parts: list[object], text: str) -> None:
    content = skops.io.dumps({"parts": parts, "text": text, "model": RandomForestClassifier()})
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        schema = file.read("schema.json")
    nodes = []
    json.loads(schema, object_hook=lambda of: nodes.append(of) if "__loader__" in of else None)
    told = {tuple(f'"{of[name]}"'.encode() for name in ("__class__", "__module__", "__loader__")) for of in nodes}
    assert set(KIND.findall(schema)) == told
