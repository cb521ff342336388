"""Data Docs: what Great Expectations said as one page that needs neither the internet nor a script, and as JSON."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.render.components import RenderedDocumentContent
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, FileSystemLoader

from include.domain.evidence import Evidence
from include.domain.references import ReportRef
from include.quality.asked import REFERENCE
from include.quality.outcome import Judged, Outcome
from include.quality.plain import plain
from include.quality.validation import as_suite_result, quietly, title_of
from include.storage.store import Store

_TEMPLATES = Path(__file__).parent / "page"
_LISTS = ("unexpected_index_list", "partial_unexpected_index_list", "partial_unexpected_counts", "unexpected_list")


def store_report(
    store: Store,
    key: str,
    evidence: Evidence,
    judged: Judged,
    examples: Mapping[str, Sequence[str]],
) -> ReportRef:
    """Store ``index.html`` and ``validation.json``, and return a reference to the page.

    Parameters
    ----------
    store : Store
    key : str
        Where both go.
    evidence : Evidence
        Stands at the top of the page.
    judged : Judged
    examples : mapping of str to sequence of str
        Failing rows, by title; they replace the long lists of Great Expectations.
    """
    told = [
        _as_judged(judged.results[outcome.title], outcome, examples.get(outcome.title, ()))
        for outcome in sorted(judged.outcomes, key=lambda outcome: outcome.met)
        if outcome.title in judged.results
    ]
    suite = as_suite_result(evidence.subject, told)
    document = plain(cast("Any", suite).to_json_dict())
    store.put(f"{key}/validation.json", json.dumps(document, indent=1, ensure_ascii=False).encode())
    store.put(f"{key}/index.html", render_page(suite, evidence).encode())
    return ReportRef(kind="data docs", uri=f"{store.uri}/{key}/index.html")


def render_page(suite: ExpectationSuiteValidationResult, evidence: Evidence) -> str:
    """Return the page as HTML.

    Great Expectations renders the sections. The frame around them and the charts are replaced, since its own fetch
    styles and scripts from other servers; what it cannot render is told by the evidence alone.
    """
    compared = [item for item in suite.results if title_of(item).startswith(REFERENCE)]
    others = [item for item in suite.results if item not in compared]
    with quietly():
        try:
            document = _document(suite, others)
        except Exception:
            document = _document(suite, [item for item in others if _can_be_shown(item)])
    page: str = _view().render(document, evidence=evidence, compared=[_comparison(item) for item in compared])
    return page


@cache
def _view() -> Any:
    """Return what fills the templates, which are compiled once."""
    view: Any = DefaultJinjaPageView()
    view.env.loader = ChoiceLoader([FileSystemLoader(_TEMPLATES), view.env.loader])
    return view


def _document(
    suite: ExpectationSuiteValidationResult, results: Sequence[ExpectationValidationResult]
) -> RenderedDocumentContent:
    shown = as_suite_result(suite.suite_name, results)
    shown.statistics = suite.statistics
    document = ValidationResultsPageRenderer(run_info_at_end=True).render(shown)
    # Its header links to pages that are not made here, and its last section tells of a run of its own.
    document.sections[0].content_blocks.pop(0)
    document.sections.pop()
    for section in document.sections[1:]:
        header = section.content_blocks[0].header
        header.string_template["template"] = html.escape(header.string_template["template"])
    return document


def _comparison(result: ExpectationValidationResult) -> dict[str, Any]:
    details = result.result.get("details") or {}
    seen, expected = (details.get(f"{side}_partition") or {} for side in ("observed", "expected"))
    rows = zip(seen.get("values", ()), expected.get("weights", ()), seen.get("weights", ()), strict=True)
    return {
        "column": title_of(result).removeprefix(REFERENCE),
        "met": result.success,
        "nats": result.result.get("observed_value"),
        "rows": list(rows),
    }


def _can_be_shown(result: ExpectationValidationResult) -> bool:
    try:
        _document(as_suite_result("one", [result]), [result])
    except Exception:
        return False
    return True


def _as_judged(
    result: ExpectationValidationResult, outcome: Outcome, examples: Sequence[str]
) -> ExpectationValidationResult:
    """Return the result as it was judged here: no value looked at is a failure, a failing row set aside is none."""
    # The renderer takes no scalars of numpy, and no list of a million rows.
    kept = _escaped(plain({name: value for name, value in (result.result or {}).items() if name not in _LISTS}))
    if examples:
        kept["partial_unexpected_list"] = _escaped(list(examples))
    return ExpectationValidationResult(
        success=outcome.met,
        expectation_config=result.expectation_config,
        result=kept,
        meta=result.meta,
        exception_info={
            "raised_exception": not outcome.answered,
            "exception_message": "" if outcome.answered else outcome.observed,
            "exception_traceback": "",
        },
    )


def _escaped(value: Any) -> Any:
    """Return JSON with its text as HTML; the templates of Great Expectations take it as it comes."""
    if isinstance(value, dict):
        return {html.escape(key): _escaped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return html.escape(value) if isinstance(value, str) else value
