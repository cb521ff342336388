"""The page of a model's windows."""

from __future__ import annotations

from include.domain.references import ReportRef
from plugins.ui.monitoring import monitoring_page
from tests.include.monitoring.windows import monitored


def test_a_model_without_windows_says_what_to_do() -> None:
    assert "trigger churn.monitoring" in monitoring_page("churn", (), ["drifted_columns"])


def test_every_window_shows_its_verdicts_and_links_to_version_and_card() -> None:
    page = monitoring_page("churn", [monitored(0, input_drift="blocked"), monitored(1, input_drift="passed")], [])
    assert '<td class="blocked">blocked' in page
    assert '<td class="passed">passed' in page
    assert "models/churn/versions/3" in page
    assert "../cards/churn/3" in page
    assert "2 on 500 rows" in page


def test_reports_and_the_history_of_the_model_are_one_step_away() -> None:
    report = ReportRef(kind="input drift", uri="s3://bucket/store/reports/monitoring/churn/w/input-drift-1.html")
    page = monitoring_page("churn", [monitored(0).model_copy(update={"reports": (report,)})], [])
    assert '<a href="../reports/monitoring/churn/w/input-drift-1.html">input drift</a>' in page
    assert "../ledger/churn" in page


def test_the_series_of_what_is_judged_is_drawn_with_alarms_in_red() -> None:
    page = monitoring_page(
        "churn", [monitored(0, input_drift="blocked"), monitored(1, input_drift="passed")], ["drifted_columns", "gone"]
    )
    assert page.count("<figure>") == 1
    assert page.count('fill="#b91c1c"') == 1
    assert page.count('fill="#1d4ed8"') == 1


def test_series_with_alarms_come_first() -> None:
    page = monitoring_page("churn", [monitored(0, input_drift="blocked")], ["rows", "drifted_columns"])
    assert page.index('aria-label="drifted_columns"') < page.index('aria-label="rows"')


def test_what_data_say_is_text_and_no_markup() -> None:
    seen = monitored(0, input_drift="blocked")
    strange = seen.model_copy(
        update={
            "evidence": seen.evidence.model_copy(
                update={"observations": (seen.evidence.observations[0].model_copy(update={"detail": "<script>"}),)}
            )
        }
    )
    assert "<script>" not in monitoring_page("churn", [strange], ["drifted_columns"])
