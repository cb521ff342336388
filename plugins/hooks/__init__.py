"""Hooks: how a task reaches the stores and sources of the house through Airflow's connections."""
