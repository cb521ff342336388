"""The pages, in a real browser: behind Airflow's login, each with a link to the next."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import Installation

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]

CHROMIUM = shutil.which("chromium")


@pytest.fixture
def address(installation: Installation) -> str:
    return f"http://127.0.0.1:{installation.ports.airflow}"


@pytest.fixture
def page(installation: Installation, address: str) -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        opened = browser.new_page()
        opened.goto(f"{address}/auth/login")
        opened.fill("input[name=username]", "admin")
        opened.fill("input[name=password]", installation.password)
        opened.click("button[type=submit]")
        opened.wait_for_url(lambda url: "login" not in url)
        yield opened
        browser.close()


@pytest.mark.parametrize("path", ["/sluice/", "/sluice/reports/churn/x/raw/index.html"])
def test_nobody_sees_a_page_without_logging_in(address: str, path: str) -> None:
    assert requests.get(f"{address}{path}", timeout=30).status_code == 401


def test_the_models_page_shows_the_champion_and_leads_to_it_in_mlflow(page: Page, address: str) -> None:
    page.goto(f"{address}/sluice/")
    row = page.locator("tr", has_text="churn")
    assert "passed" in row.inner_text()
    assert "/models/churn/versions/1" in str(row.get_by_role("link", name="version 1").first.get_attribute("href"))
    row.get_by_role("link", name="card").first.click()
    assert page.url == f"{address}/sluice/cards/churn/1"
    assert "churn" in page.inner_text("h1")


def test_the_models_page_leads_to_the_watched_windows(page: Page, address: str) -> None:
    page.goto(f"{address}/sluice/")
    page.locator("tr", has_text="churn").get_by_role("link", name="windows").click()
    assert page.url == f"{address}/sluice/monitoring/churn"
    assert "churn" in page.inner_text("h1")


def test_the_data_check_links_to_its_data_docs(page: Page, installation: Installation, address: str) -> None:
    run = next(run for run in installation.api.runs("churn.training") if run["state"] == "success")
    link = installation.api.links("churn.training", run["dag_run_id"], "check_data")["Data Docs"]
    page.goto(f"{address}{link}")
    assert "calls" in page.content()


def test_a_report_outside_the_reports_is_not_served(page: Page, address: str) -> None:
    answer = page.request.get(f"{address}/sluice/reports/../ledger/churn/00000001.html")
    assert answer.status == 404
