"""The ways to check data that are measured beside each other, each in a process of its own.

Started as ``python -m include.bench.check_ways WAY FILE``; prints what it took and saw as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from include.domain.spec import Expectation
from include.training.step_costs import peak_memory_bytes

GROUP_ROWS = 122_880

WITH_FAILING_ROWS = {"result_format": "COMPLETE", "exclude_unexpected_values": True}
"""Which rows fail, as a check has to say, and not their values a second time."""


def _asked(type_: str, **kwargs: Any) -> Expectation:
    return Expectation(type=f"expect_{type_}", kwargs=kwargs)


SUITE = (
    _asked("table_row_count_to_be_between", min_value=1_000),
    _asked("column_values_to_not_be_null", column="id"),
    _asked("column_values_to_be_unique", column="id"),
    _asked("column_values_to_be_between", column="age", min_value=18, max_value=100),
    _asked("column_values_to_be_between", column="amount_0", min_value=-5, max_value=5, mostly=0.99),
    _asked("column_values_to_be_between", column="amount_1", min_value=-4, max_value=4),
    _asked("column_values_to_not_be_null", column="amount_2", mostly=0.9),
    _asked("column_values_to_be_in_set", column="plan", value_set=["free", "basic", "plus", "pro"]),
    _asked("column_values_to_be_in_set", column="region", value_set=["north", "east", "south"]),
    _asked("column_values_to_match_regex", column="email", regex=r"^[a-z]+\d+@example\.com$"),
    _asked("column_value_lengths_to_be_between", column="email", min_value=10, max_value=40),
    _asked("column_mean_to_be_between", column="amount_3", min_value=-0.1, max_value=0.1),
    _asked("column_stdev_to_be_between", column="amount_4", min_value=0.9, max_value=1.1),
    _asked("column_max_to_be_between", column="at", min_value="2020-01-01"),
    _asked("column_unique_value_count_to_be_between", column="plan", min_value=2, max_value=10),
)
"""Of which some fail: one value in 16,000 of ``amount_1``, a quarter of ``region``."""

BY_HAND = """SELECT
    count(*), count(*) - count(id),
    (SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM rows WHERE id IS NOT NULL GROUP BY id HAVING n > 1)),
    count(*) FILTER (age < 18 OR age > 100),
    count(*) FILTER (NOT isnan(amount_0) AND (amount_0 < -5 OR amount_0 > 5)),
    count(*) FILTER (NOT isnan(amount_1) AND (amount_1 < -4 OR amount_1 > 4)),
    count(*) FILTER (amount_2 IS NULL OR isnan(amount_2)),
    count(*) FILTER (plan NOT IN ('free', 'basic', 'plus', 'pro')),
    count(*) FILTER (region NOT IN ('north', 'east', 'south')),
    count(*) FILTER (NOT regexp_matches(email, '^[a-z]+\\d+@example\\.com$')),
    count(*) FILTER (length(email) < 10 OR length(email) > 40),
    avg(amount_3), stddev_samp(amount_4), max("at"), count(DISTINCT plan)
FROM rows"""


def write_rows(path: Path, rows: int) -> None:
    """Write a Parquet file of that many rows and 20 columns, as snapshots are; the same number makes the same rows."""
    amounts = ", ".join(
        # Box and Muller: the hash of a row number is as good as chance.
        f"sqrt(-2 * ln((hash(i, {2 * k}) % 1000003 + 1) / 1000004.0))"
        f" * cos(2 * pi() * (hash(i, {2 * k + 1}) % 1000003) / 1000003.0) AS amount_{k}"
        for k in range(12)
    )
    texts = "['free', 'basic', 'plus', 'pro'][1 + CAST(hash(i, 91) % 4 AS BIGINT)] AS plan, "
    texts += "['north', 'east', 'south', 'west'][1 + CAST(hash(i, 92) % 4 AS BIGINT)] AS region, "
    texts += "['ann', 'ben', 'cleo'][1 + CAST(hash(i, 93) % 3 AS BIGINT)]"
    texts += " || (hash(i, 94) % 1000000) || '@example.com' AS email"
    rest = "18 + CAST(hash(i, 95) % 80 AS BIGINT) AS age, hash(i, 96) % 2 = 0 AS active, "
    rest += "TIMESTAMP '2019-01-01' + to_minutes(CAST(hash(i, 97) % 1000000 AS BIGINT)) AS at, "
    rest += "CAST(hash(i, 98) % 7 AS BIGINT) AS weekday"
    source = f"SELECT i AS id, {amounts}, {texts}, {rest} FROM range({rows}) t(i)"
    holes = "* REPLACE (CASE WHEN id % 20 = 0 THEN NULL ELSE amount_2 END AS amount_2)"
    with duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(path.parent)}) as connection:
        connection.execute("SET enable_progress_bar = false")
        form = f"FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {GROUP_ROWS}"
        connection.execute(f"COPY (SELECT {holes} FROM ({source})) TO '{path}' ({form})")


def check_here(path: Path) -> Callable[[], dict[str, Any]]:
    """Return the check as a step of a pipeline makes it, report and examples left out."""
    from include.quality.asking import judge_rows
    from include.quality.snapshot_rows import open_rows

    def run() -> dict[str, Any]:
        with open_rows(path) as rows:
            judged = judge_rows(rows, SUITE)
        return {outcome.title: [outcome.met, outcome.failed] for outcome in judged.outcomes}

    return run


def check_on_pandas(path: Path) -> Callable[[], dict[str, Any]]:
    """Return the check of a whole frame by Great Expectations, as its documentation has it."""
    import great_expectations as gx
    import pandas as pd

    from include.quality.catalogue import build
    from include.quality.validation import title_of

    def run() -> dict[str, Any]:
        frame = pd.read_parquet(path)
        frame["at"] = frame["at"].dt.tz_localize("UTC")
        context = gx.get_context(mode="ephemeral")
        asset = context.data_sources.add_pandas("rows").add_dataframe_asset("rows")
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
        suite = gx.ExpectationSuite(name="suite", expectations=[build(item, frozenset(["at"])) for item in SUITE])
        told = {}
        for result in batch.validate(suite, result_format=WITH_FAILING_ROWS).results:
            counted = int((result.result or {}).get("unexpected_count") or 0)
            told[title_of(result)] = [bool(result.success), counted]
        return told

    return run


def check_by_hand(path: Path) -> Callable[[], dict[str, Any]]:
    """Return the counts in SQL written by hand."""

    def run() -> dict[str, Any]:
        with duckdb.connect(config={"memory_limit": "600MB", "temp_directory": str(path.parent)}) as connection:
            connection.execute(f"CREATE VIEW rows AS SELECT * FROM read_parquet('{path}')")
            found = connection.execute(BY_HAND).fetchone()
        return {str(place): str(value) for place, value in enumerate(found or ())}

    return run


WAYS = {"here": check_here, "pandas": check_on_pandas, "by hand": check_by_hand}


def main() -> None:
    """Run one way, and print seconds, peak of memory in bytes, and what came out."""
    run = WAYS[sys.argv[1]](Path(sys.argv[2]))
    began = time.perf_counter()
    seen = run()
    seconds = time.perf_counter() - began
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_bytes": peak_memory_bytes(), "seen": seen}) + "\n")


if __name__ == "__main__":
    main()
