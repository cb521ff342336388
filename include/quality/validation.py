"""Validation: a data frame goes to Great Expectations, and what it says of each expectation comes back by title."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.validator.v1_validator import Validator
from great_expectations.validator.validation_statistics import calc_validation_statistics

from include.domain.spec import Expectation
from include.quality.catalogue import TITLE, build

_FORMAT: dict[str, Any] = {
    "result_format": "COMPLETE",
    "return_unexpected_index_query": False,
    # Values are looked up by their rows: the lists of Great Expectations would hold each of them twice.
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
}


def validate(frame: pd.DataFrame, expectations: Sequence[Expectation]) -> dict[str, ExpectationValidationResult]:
    """Let Great Expectations judge a frame.

    Parameters
    ----------
    frame : DataFrame
        Its index says how rows are called in the results.
    expectations : sequence of Expectation
        Each under a title of its own.

    Returns
    -------
    dict
        What Great Expectations said, by title; an expectation about which it said nothing is absent.
    """
    if not expectations:
        return {}
    times = frozenset(str(name) for name in frame.columns if isinstance(frame[name].dtype, pd.DatetimeTZDtype))
    built = [build(expectation, times) for expectation in expectations]
    suite = gx.ExpectationSuite(name="asked")
    suite.expectations = built
    with quietly():
        validator = _validator(frame)
        try:
            results = list(validator.validate_expectation_suite(suite).results)
        except Exception:
            # One expectation that cannot even be prepared stops all of them, so each is asked alone.
            results = [_alone(validator, expectation) for expectation in built]
    return {title_of(result): result for result in results}


def title_of(result: ExpectationValidationResult) -> str:
    """Return the title under which the expectation was asked."""
    config = result.expectation_config
    return str(config.meta[TITLE]) if config and config.meta else ""


def as_suite_result(name: str, results: Sequence[ExpectationValidationResult]) -> ExpectationSuiteValidationResult:
    """Return results as Great Expectations keeps those of a suite."""
    numbers = calc_validation_statistics(list(results))
    return ExpectationSuiteValidationResult(
        suite_name=name,
        success=numbers.success,
        results=list(results),
        statistics={
            "evaluated_expectations": numbers.evaluated_expectations,
            "successful_expectations": numbers.successful_expectations,
            "unsuccessful_expectations": numbers.unsuccessful_expectations,
            "success_percent": numbers.success_percent,
        },
        meta={"great_expectations_version": gx.__version__},
    )


def _validator(frame: pd.DataFrame) -> Validator:
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("snapshot").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("all")
    return Validator(batch_definition=batch, batch_parameters={"dataframe": frame}, result_format=_FORMAT)


def _alone(validator: Validator, expectation: Any) -> ExpectationValidationResult:
    try:
        return validator.validate_expectation(expectation)
    except Exception as error:
        return ExpectationValidationResult(
            success=False,
            expectation_config=expectation.configuration,
            exception_info={"raised_exception": True, "exception_message": str(error), "exception_traceback": None},
        )


@contextmanager
def quietly() -> Iterator[None]:
    """Keep to itself what Great Expectations has to say of its own ways."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
