from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from include.domain.errors import SpecError
from include.spec_files import find_spec, load_specs, point_at, read_spec, survey_specs
from tests.include.spec_files.minimal import MINIMAL, named, write


def test_a_file_becomes_a_model(tmp_path: Path) -> None:
    spec = read_spec(write(tmp_path))
    assert (spec.name, spec.owner, spec.data.target) == ("churn", "growth", "left")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "churn.yaml").write_bytes(b"\xef\xbb\xbf" + MINIMAL.encode())
    assert read_spec(tmp_path / "churn.yaml").name == "churn"


def test_specs_come_sorted_by_name(tmp_path: Path) -> None:
    for name in ("zebra", "ant"):
        write(tmp_path, named(name), f"{name}.yaml")
    assert [spec.name for spec in load_specs(tmp_path)] == ["ant", "zebra"]


def test_one_model_can_be_read_alone_whatever_the_others_say(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, "nonsense", "other.yaml")
    assert [spec.name for spec in load_specs(tmp_path, only="churn")] == ["churn"]
    assert survey_specs(tmp_path, only="churn").problems == {}


def test_a_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path)
    broken = write(tmp_path, named("other").replace("task: binary", "task: x"), "other.yaml")
    specs, problems = survey_specs(tmp_path)
    assert [spec.name for spec in specs] == ["churn"]
    assert list(problems) == [broken]
    assert problems[broken][0].startswith(f"{broken}:3: task: expected")


def test_loading_reports_the_mistakes_of_all_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path, named(name).replace("task: binary", "task: x"), f"{name}.yaml")
    with pytest.raises(SpecError) as caught:
        load_specs(tmp_path)
    assert [line.split(":")[0].rpartition("/")[2] for line in caught.value.problems] == ["one.yaml", "two.yaml"]


def test_a_file_is_called_as_its_model(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r":1: name: the file is called kunde\.yaml; expected churn\.yaml"):
        read_spec(write(tmp_path, MINIMAL, "kunde.yaml"))


@pytest.mark.parametrize("copy", ["churn_copy.yaml", "churn.yml"])
def test_two_files_of_one_name_are_both_named(tmp_path: Path, copy: str) -> None:
    write(tmp_path)
    write(tmp_path, MINIMAL, copy)
    with pytest.raises(SpecError) as caught:
        load_specs(tmp_path)
    (line,) = caught.value.problems
    assert line == (
        f"{tmp_path / copy}:1: name: 'churn' is already the name of {tmp_path / 'churn.yaml'}; "
        "a name belongs to one file"
    )


def test_a_missing_model_is_answered_by_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(SpecError, match=r"no model 'chrun' in .*; did you mean 'churn'"):
        find_spec(tmp_path, "chrun")
    with pytest.raises(SpecError, match="did you mean 'churn'"):
        load_specs(tmp_path, only="chrun")


def test_a_model_is_found_by_name(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert find_spec(tmp_path, "churn") == path


def test_a_folder_without_specs_says_so(tmp_path: Path) -> None:
    assert load_specs(tmp_path) == []
    with pytest.raises(SpecError, match="which holds no spec yet"):
        find_spec(tmp_path, "churn")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="no such folder; expected one that holds specs"):
        load_specs(tmp_path / "nowhere")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"churn\.yaml: no such file"):
        read_spec(tmp_path / "churn.yaml")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "churn.yaml").write_bytes(b"name: \xff\xfe")
    with pytest.raises(SpecError, match="not UTF-8"):
        read_spec(tmp_path / "churn.yaml")


def test_a_file_below_the_working_directory_is_called_by_its_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "nonsense")
    with pytest.raises(SpecError, match=r"^churn\.yaml:1: expected a mapping"):
        read_spec(tmp_path / "churn.yaml")


def test_two_hundred_specs_are_read_while_airflow_parses(tmp_path: Path) -> None:
    expectations = "".join(
        f"    - {{type: expect_column_values_to_be_between, kwargs: {{column: c{i}, min_value: 0, max_value: {i}}}}}\n"
        for i in range(8)
    )
    for i in range(200):
        text = named(f"model_{i}") + f"quality:\n  raw:\n    expectations:\n{expectations}"
        write(tmp_path, text, f"model_{i}.yaml")
    started = time.process_time()
    assert len(load_specs(tmp_path)) == 200
    assert time.process_time() - started < 1


def test_reading_loads_no_heavy_library() -> None:
    heavy = "{'numpy', 'pandas', 'sklearn', 'duckdb', 'great_expectations', 'mlflow', 'airflow'}"
    code = f"import sys, include.spec_files; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_messages_of_other_rooms_are_pointed_at_their_line(tmp_path: Path) -> None:
    path = write(tmp_path)
    messages = ["the bucket is gone", "training.estimator: no such class", "data.target: not there: really"]
    assert point_at(path, messages) == [
        f"{path}:6: data.target: not there: really",
        f"{path}:8: training.estimator: no such class",
        f"{path}: the bucket is gone",
    ]
