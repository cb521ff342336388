from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, BaseOperator

from plugins.plain_run import run_plainly


class _Doubling(BaseOperator):
    template_fields = ("number",)

    def __init__(self, *, number: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.number = number

    def execute(self, context: Any) -> dict[str, int]:
        context["ti"].xcom_push(key="seen", value=self.number)
        return {"twice": 2 * self.number}


def test_steps_are_asked_in_their_order_with_what_those_before_returned() -> None:
    with DAG("plain", schedule=None) as dag:
        first = _Doubling(task_id="first", number=3)
        second = _Doubling(task_id="second", number=first.output["twice"])
    assert list(run_plainly(dag)) == ["first", "second"]
    assert second.number == 6
