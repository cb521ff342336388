from __future__ import annotations

from pathlib import Path

import pytest

from include.domain.errors import SpecError
from include.spec_files.reading import read_spec
from tests.include.spec_files.minimal import MINIMAL, write


def mistakes(folder: Path, text: str) -> list[str]:
    path = write(folder, text)
    with pytest.raises(SpecError) as caught:
        read_spec(path)
    return [line.removeprefix(f"{path}:") for line in caught.value.problems]


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("  target: left", "  taget: left\n  target: left", "6: data.taget: unknown field; did you mean 'target'?"),
        ("  target: left", "  time: t", "4: data.target: missing; expected what the model predicts"),
        ("task: binary", "task: binry", "3: task: expected binary, multiclass or regression, got 'binry'; "),
        ("task: binary", "task: binary\ntarget: y", "4: target: unknown field; 'target' belongs at data.target"),
        ("owner: growth", "owner: 42", "2: owner: expected text, got 42: put it into quotes"),
        ("owner: growth", "owner: ''", "2: owner: expected text that is not empty, got ''"),
        ("owner: growth", "owner:", "2: owner: expected text, got nothing"),
        ("name: churn", "name: Churn Model", "1: name: expected lower case letters, digits and _"),
        (
            "source: data/churn.parquet",
            "source: {path: a.csv}",
            "5: data.source.path: unknown field; did you mean 'paths'?",
        ),
        ("source: data/churn.parquet", "source: [a.csv, 5]", "5: data.source[1]: expected text, got 5"),
        (
            "  target: left",
            "  target: left\n  features: left",
            "7: data.features: expected a list, or {all_but: [...]}",
        ),
        (
            "  target: left",
            "  target: left\n  features: {all_butt: [a]}",
            "7: data.features.all_butt: unknown field; did",
        ),
        (
            "  target: left",
            "  target: left\n  features: [left]",
            "4: data: 'left' cannot be a feature: it is the target",
        ),
        (
            "  target: left",
            "  target: left\n  label_delay: 3 weeks",
            "7: data.label_delay: expected a duration such as",
        ),
        (
            "  target: left",
            "  target: left\n  types: {a: txt}",
            "7: data.types.a: expected text, integer, number, bool",
        ),
        (
            "task: binary",
            "task: binary\ncleaning:\n- {do: trimm}",
            "5: cleaning[0].do: 'trimm' is not known; did you mean 't",
        ),
        ("task: binary", "task: binary\ncleaning:\n- {columns: [a]}", "5: cleaning[0].do: missing; every item says"),
        ("task: binary", "task: binary\ncleaning:\n- {do: trim, cols: [a]}", "5: cleaning[0].cols: unknown field; did"),
        ("task: binary", "task: binary\ncleaning: trim", "4: cleaning: expected a list, got 'trim'"),
        ("task: binary", "task: binary\nretries: {attempts: 99}", "4: retries.attempts: expected a value less than or"),
        (
            "task: binary",
            "task: binary\nretries: {attempts: often}",
            "4: retries.attempts: expected a whole number, got",
        ),
        ("task: binary", "task: binary\nretries: 5", "4: retries: expected a mapping, got 5"),
        (
            "task: binary",
            "task: binary\nquality: {quarantine: {at_most_share: 1e999}}",
            "4: quality.quarantine.at_most",
        ),
        (
            "task: binary",
            "task: binary\nquality: {reference: {columns: 5}}",
            "4: quality.reference.columns: expected a list",
        ),
        ("task: binary", "task: binary\nschedule: 0 25 * * *", "4: schedule: cron line '0 25 * * *': '25' is no hour"),
        ("task: binary", "task: binary\nschedule: [0 5 * * *, 0 5 * *]", "4: schedule[1]: expected five cron fields"),
        (
            "task: binary",
            "task: binary\npromotion: {by: aproval}",
            "4: promotion.by: expected automatic or approval, got",
        ),
        (
            "task: binary",
            "task: binary\ngates:\n  beats_champion:\n    metric: roc_auk",
            "6: gates.beats_champion.metric: 'roc_auk' is no metric of a binary model; expected one of",
        ),
        (
            "task: binary",
            "task: binary\ngates:\n  bounds:\n  - {observation: f1, at_least: .5}\n  - {observation: r2, at_least: 1}",
            "7: gates.bounds[1].observation: 'r2' is no metric of a binary model",
        ),
        (
            "task: binary",
            "task: binary\ngates:\n  bounds:\n  - {observation: f1}",
            "6: gates.bounds[0]: the bound on 'f1' asks nothing",
        ),
        (
            "  estimator: sklearn.linear_model.LogisticRegression",
            "  estimator: sklearn.linear_model.LogisticRegression\n  split: {by: time}",
            "9: training.split.by: time needs data.time",
        ),
        (
            "  estimator: sklearn.linear_model.LogisticRegression",
            "  estimater: x.y",
            "8: training.estimater: unknown field; ",
        ),
    ],
)
def test_a_mistake_names_line_field_and_what_was_expected(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert right in MINIMAL
    found = mistakes(tmp_path, MINIMAL.replace(right, wrong))
    assert any(line.startswith(message) for line in found), found


def test_every_mistake_is_reported_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "name: churn\nownr: growth\ntask: binry\ndata:\n  source: a.csv\ntraining:\n  estimator: x\n"
    lines = [line.split(": ")[0:2] for line in mistakes(tmp_path, text)]
    assert lines == [["1", "owner"], ["2", "ownr"], ["3", "task"], ["4", "data.target"], ["7", "training.estimator"]]


def test_a_metric_is_suggested(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, f"{MINIMAL}gates:\n  beats_baseline: {{metric: roc_auk}}\n")
    assert line.endswith("; did you mean 'roc_auc'?")


def test_no_member_of_a_union_shows_in_a_path(tmp_path: Path) -> None:
    text = MINIMAL.replace("  target: left", "  target: left\n  features: {all_but: 3}\n  positive: [1]")
    assert mistakes(tmp_path, text) == [
        "7: data.features.all_but: expected a list, got 3",
        "8: data.positive: expected the class that counts as positive, if binary, got a list",
    ]


def test_a_password_in_an_address_is_not_repeated(tmp_path: Path) -> None:
    text = MINIMAL.replace("source: data/churn.parquet", "source: {sql: select 1, url: 'postgresql://u:hunter2@h/d'}")
    (line,) = mistakes(tmp_path, text)
    assert line.startswith("5: data.source: a password stands in url")
    assert "hunter2" not in line


def test_long_values_are_cut(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, MINIMAL.replace("task: binary", f"task: {'x' * 500}"))
    assert len(line) < 160
