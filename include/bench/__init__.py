"""What the house promises, measured: every figure beside another one of the same run.

A measurement is a function that hands back a :class:`include.bench.report.Report`; ``sluice bench`` prints it and
writes it into its own section of ``docs/benchmarks.md``.
"""
