"""Errors where Airflow meets the house: which of them are worth another try, and how they end a task."""

from __future__ import annotations

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

SLUICE_RETRIES = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception="include.domain.errors.UnavailableError", action=RetryAction.DEFAULT),
        RetryRule(
            exception="include.domain.errors.SluiceError",
            action=RetryAction.FAIL,
            reason="the same input would fail the same way",
        ),
    ]
)
"""A server that does not answer is asked again; bad data, a blocked gate or a broken spec stay what they are."""
