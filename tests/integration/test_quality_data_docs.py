"""The page that people read, and the JSON beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from include.quality.checks import check_dataset
from include.storage.store import open_store
from tests.include.quality.snapshots import a_snapshot
from tests.specs import a_spec

pytestmark = pytest.mark.integration

EVIL = "<script>alert('x')</script>"


def _expects(type_: str, **kwargs: Any) -> dict[str, Any]:
    return {"type": f"expect_{type_}", "kwargs": kwargs}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a report about data that try everything."""
    store = open_store(str(tmp_path_factory.mktemp("store")))
    frame = pd.DataFrame(
        {
            EVIL: [*np.arange(999.0), 429490.2],
            "plan": pd.Series([EVIL, "${HOME}"] * 500, dtype="str"),
            "void": np.full(1000, np.nan),
            "left": [True, False] * 500,
        }
    )
    expectations = [
        _expects("column_values_to_be_between", column=EVIL, max_value=998) | {"quarantine": True},
        _expects("column_values_to_be_in_set", column="plan", value_set=["<i>free</i>"]),
        _expects("column_mean_to_be_between", column="gone", max_value=1) | {"because": EVIL},
        _expects("compound_columns_to_be_unique", column_list=["plan", "left"]),
        _expects("column_values_to_match_regex", column="plan", regex="<!--") | {"name": EVIL},
        _expects("column_most_common_value_to_be_in_set", column="plan", value_set=["x"]),
        _expects("column_kl_divergence_to_be_less_than", column="plan", partition_object={"x": 1}, threshold=1),
        _expects("column_values_to_be_between", column="void", min_value=0),
        _expects("table_columns_to_match_set", column_set=["x"]) | {"required": False},
    ]
    dataset = a_snapshot(store, frame)
    spec = a_spec(quality={"clean": {"expectations": expectations}})
    result = check_dataset(spec, dataset, store, suite="clean", as_of=None, reference=dataset, folder=Path("specs"))
    assert result.docs.kind == "data docs"
    assert re.fullmatch(rf"{store.uri}/reports/churn/[0-9a-f]{{64}}/clean/index.html", result.docs.uri)
    return Path(result.docs.uri.removeprefix("file://")).parent


def test_the_page_needs_no_other_server_and_runs_no_script(folder: Path) -> None:
    page = (folder / "index.html").read_text()
    assert "default-src 'none'" in page
    assert not re.findall(r"<(?:script|link|img|iframe)\b", page)
    assert not re.findall(r"(?:src|href)\s*=\s*[\"']?(?:https?:|//)", page)
    assert "@import" not in page


def test_what_the_data_say_is_text_on_the_page(folder: Path) -> None:
    page = (folder / "index.html").read_text()
    assert EVIL not in page
    assert "<i>free</i>" not in page
    assert "&lt;script&gt;" in page


def test_the_page_tells_what_the_evidence_tells(folder: Path) -> None:
    page = (folder / "index.html").read_text()
    for told in ("429490.2", "1 of 1,000 rows set aside", "could not be judged", "quarantined share", "not required"):
        assert told in page


def test_every_failure_shows_rows_where_it_stands(folder: Path) -> None:
    sections = (folder / "index.html").read_text().partition("<main>")[2]
    assert "Sampled Unexpected Values" in sections
    assert "in 500 rows (row " in sections


def test_page_and_evidence_judge_alike(folder: Path) -> None:
    results = json.loads((folder / "validation.json").read_text())["results"]
    judged = {result["expectation_config"]["meta"]["title"]: result["success"] for result in results}
    assert judged[f"column_values_to_be_between.{EVIL}"], "its failing row was set aside"
    assert not judged["column_values_to_be_between.void"], "it looked at no value"


def test_the_json_is_plain_and_without_places_of_this_machine(folder: Path) -> None:
    text = (folder / "validation.json").read_text()
    document = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert document["statistics"]["unsuccessful_expectations"] == sum(not r["success"] for r in document["results"])
    assert "Traceback" not in text
    assert "site-packages" not in text
    assert len(text) < 100_000
