"""Wiring only: one file per kind of DAG, each loops over the specs."""
