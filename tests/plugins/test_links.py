"""Links from tasks to what they made."""

from __future__ import annotations

from plugins.links import DataDocsLink, report_page


class Pushed:
    """Stands for a task instance that pushed some values."""

    task_id = "check_data"

    def __init__(self, **values: str) -> None:
        self._values = values

    def xcom_pull(self, *, task_ids: str, key: str) -> str | None:
        return self._values.get(key) if task_ids == self.task_id else None


def test_a_link_leads_where_the_task_said() -> None:
    assert (
        DataDocsLink().get_link(None, ti_key=Pushed(data_docs_url="/sluice/reports/a.html")) == "/sluice/reports/a.html"
    )


def test_a_task_that_made_nothing_has_no_link() -> None:
    assert DataDocsLink().get_link(None, ti_key=Pushed()) == ""


def test_a_report_of_the_store_is_shown_by_airflow() -> None:
    assert report_page("s3://bucket/x/reports/churn/ab/raw/index.html") == "/sluice/reports/churn/ab/raw/index.html"
