from __future__ import annotations

from typing import Any

from include.domain.spec import Expectation
from include.quality.questions import Questions
from include.quality.suspicions import Suspects
from include.quality.to_score import questions_to_score
from tests.specs import a_spec


def asked(type_: str, **kwargs: Any) -> Expectation:
    terms = {name: kwargs.pop(name) for name in ("name", "because", "required") if name in kwargs}
    return Expectation(type=f"expect_{type_}", kwargs=kwargs, **terms)


def left(*expectations: Expectation, **spec: Any) -> Questions:
    return questions_to_score(a_spec(**spec), Questions(expectations))


def titles(*expectations: Expectation, **spec: Any) -> list[str]:
    return [item.title for item in left(*expectations, **spec).expectations]


def test_nothing_is_asked_about_what_is_known_only_afterwards() -> None:
    about_target = asked("column_values_to_be_in_set", column="left", value_set=[0, 1])
    where_target = asked("column_values_to_not_be_null", column="age", row_condition="left == 1", name="age")
    of_pair = asked("column_pair_values_a_to_be_greater_than_b", column_A="paid", column_B="age")
    forbidden = {"forbidden": {"paid": "known when the customer has left"}}
    questions = left(about_target, where_target, of_pair, data=forbidden)
    assert questions.expectations == ()
    assert "known only afterwards: column_values_to_be_in_set.left, age, column_pair" in questions.notes[0]


def test_a_row_that_fails_what_is_required_of_each_row_is_set_aside() -> None:
    (kept,) = left(asked("column_values_to_not_be_null", column="age")).expectations
    assert kept.quarantine


def test_what_allows_for_failing_rows_or_is_not_required_sets_none_aside() -> None:
    mostly = asked("column_values_to_not_be_null", column="age", mostly=0.9)
    optional = asked("column_values_to_not_be_null", column="calls", required=False)
    whole = asked("column_mean_to_be_between", column="age", min_value=18)
    assert [item.quarantine for item in left(mostly, optional, whole).expectations] == [False, False, False]


def test_neither_enough_rows_nor_ids_that_stand_once_are_asked_for() -> None:
    rows = asked("table_row_count_to_be_between", min_value=50, name="implied.rows")
    once = asked("column_values_to_be_unique", column="customer", name="implied.unique.customer")
    assert titles(rows, once) == []


def test_a_column_that_is_only_listed_need_not_be_there_but_a_feature_has_to() -> None:
    listed = asked("column_to_exist", column="note", name="implied.exists.note", because="data.types names it")
    feature = asked("column_to_exist", column="age", name="implied.exists.age", because="data.features names it")
    assert titles(listed, feature) == ["implied.exists.age"]


def test_the_target_is_no_suspect_and_a_row_with_an_infinity_is_set_aside() -> None:
    questions = Questions((), suspects=Suspects(("age", "left"), ("left",)))
    assert questions_to_score(a_spec(), questions).suspects == Suspects(("age",), (), set_aside=True)
