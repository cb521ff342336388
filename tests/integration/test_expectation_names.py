"""The table of expectations that specs are checked against, compared with what Great Expectations registers."""

from __future__ import annotations

import pytest

from include.spec_files.expectations import EXPECTATIONS, SHARED_ARGUMENTS


@pytest.mark.integration
def test_the_table_is_the_one_of_great_expectations() -> None:
    import great_expectations.expectations  # noqa: F401
    from great_expectations.expectations import registry

    library = set(registry.list_registered_expectation_implementations()) - {"unexpected_rows_expectation"}
    assert set(EXPECTATIONS) == library
    kept_inside = {"id", "result_format", "catch_exceptions", "rendered_content", "windows", "batch_id"}
    for name in library:
        fields = set(registry.get_expectation_impl(name).__fields__) - kept_inside - {"library_metadata"}
        assert set(EXPECTATIONS[name]) == fields - set(SHARED_ARGUMENTS), name
