"""Expectations by name, with their arguments, so that a typing mistake shows without importing Great Expectations.

The table repeats what Great Expectations 1.24 registers; an integration test compares the two.
"""

from __future__ import annotations

from include.domain.spec import Expectation, ModelSpec
from include.spec_files.field_places import Path
from include.spec_files.spelling import hint

_BETWEEN = "min_value max_value strict_min strict_max"
_DIVERGENCE = (
    "partition_object threshold internal_weight_holdout tail_weight_holdout bucketize_data min_value max_value"
)
_BY_ARGUMENTS = {
    f"column {_BETWEEN}": (
        "column_max_to_be_between column_mean_to_be_between column_median_to_be_between column_min_to_be_between "
        "column_proportion_of_non_null_values_to_be_between column_proportion_of_unique_values_to_be_between "
        "column_stdev_to_be_between column_sum_to_be_between column_unique_value_count_to_be_between "
        "column_value_lengths_to_be_between column_values_to_be_between"
    ),
    "column value_set": (
        "column_distinct_values_to_be_in_set column_distinct_values_to_contain_set "
        "column_distinct_values_to_equal_set column_values_to_be_in_set column_values_to_not_be_in_set"
    ),
    "column": (
        "column_values_to_be_dateutil_parseable column_values_to_be_json_parseable column_values_to_be_null "
        "column_values_to_be_unique column_values_to_not_be_null"
    ),
    "column_list ignore_row_if": (
        "compound_columns_to_be_unique multicolumn_values_to_be_equal select_column_values_to_be_unique_within_record"
    ),
    "column type_": "column_type_to_be column_values_to_be_of_type",
    "column strictly": "column_values_to_be_decreasing column_values_to_be_increasing",
    "column like_pattern escape": "column_values_to_match_like_pattern column_values_to_not_match_like_pattern",
    "column regex": "column_values_to_match_regex column_values_to_not_match_regex",
    f"column {_DIVERGENCE}": "column_kl_divergence_to_be_less_than",
    "column value_set ties_okay": "column_most_common_value_to_be_in_set",
    "column_A column_B or_equal ignore_row_if": "column_pair_values_a_to_be_greater_than_b",
    "column_A column_B ignore_row_if": "column_pair_values_to_be_equal",
    "column_A column_B value_pairs_set ignore_row_if": "column_pair_values_to_be_in_set",
    "column quantile_ranges allow_relative_error": "column_quantile_values_to_be_between",
    "column column_index": "column_to_exist",
    "column value": "column_value_lengths_to_equal",
    "column threshold double_sided": "column_value_z_scores_to_be_less_than",
    "column type_list": "column_values_to_be_in_type_list",
    "column json_schema": "column_values_to_match_json_schema",
    "column like_pattern_list match_on escape": "column_values_to_match_like_pattern_list",
    "column like_pattern_list escape": "column_values_to_not_match_like_pattern_list",
    "column regex_list match_on": "column_values_to_match_regex_list",
    "column regex_list": "column_values_to_not_match_regex_list",
    "column strftime_format": "column_values_to_match_strftime_format",
    "column method multiplier": "column_values_to_not_be_outliers",
    "column_list sum_total ignore_row_if": "multicolumn_sum_to_equal",
    "base_query comparison_data_source_name comparison_query": "query_results_to_match_comparison",
    "min_value max_value": "table_column_count_to_be_between",
    _BETWEEN: "table_row_count_to_be_between",
    "value": "table_column_count_to_equal table_row_count_to_equal",
    "column_list": "table_columns_to_match_ordered_list",
    "column_set exact_match": "table_columns_to_match_set",
    "other_table_name": "table_row_count_to_equal_other_table",
}

EXPECTATIONS: dict[str, tuple[str, ...]] = {
    f"expect_{name}": tuple(arguments.split()) for arguments, names in _BY_ARGUMENTS.items() for name in names.split()
}
"""Arguments of every expectation, by its name."""

SHARED_ARGUMENTS = ("mostly", "row_condition", "condition_parser", "description", "meta", "notes", "severity")
"""Arguments that expectations have in common, though not each has all of them."""

_COLUMNS = ("column", "column_A", "column_B", "column_list")


def expectation_mistakes(spec: ModelSpec) -> list[tuple[Path, str]]:
    """Name every expectation that does not exist, and every argument that is unknown or that names no column.

    Examples
    --------
    >>> spec = ModelSpec(name="m", owner="me", task="regression", data={"source": "x.csv", "target": "y"},
    ...     training={"estimator": "sklearn.linear_model.Ridge"},
    ...     quality={"raw": {"expectations": [{"type": "expect_column_to_exists", "kwargs": {"column": "y"}}]}})
    >>> expectation_mistakes(spec)
    [(('quality', 'raw', 'expectations', 0, 'type'), "no such expectation; did you mean 'expect_column_to_exist'?")]
    """
    found: list[tuple[Path, str]] = []
    for name, suite in (("raw", spec.quality.raw), ("clean", spec.quality.clean)):
        for i, expectation in enumerate(suite.expectations):
            where = ("quality", name, "expectations", i)
            found += [((*where, *path), sentence) for path, sentence in _mistakes_in(expectation)]
    return found


def _mistakes_in(expectation: Expectation) -> list[tuple[Path, str]]:
    arguments = EXPECTATIONS.get(expectation.type)
    if arguments is None:
        return [(("type",), f"no such expectation; {hint(expectation.type, EXPECTATIONS)}")]
    known = (*arguments, *SHARED_ARGUMENTS)
    found: list[tuple[Path, str]] = [
        (("kwargs", name), f"unknown argument of {expectation.type}; {hint(name, known)}")
        for name in expectation.kwargs
        if name not in known
    ]
    if found:
        return found
    absent = [name for name in arguments if name in _COLUMNS and name not in expectation.kwargs]
    return [(("kwargs", name), f"missing; {expectation.type} asks it of a column") for name in absent]
