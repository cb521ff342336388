"""Loads the house; imported by name, as libraries are, by what is about to fork tasks."""

from airflow.sdk import Asset
from airflow.sdk.plugins_manager import integrate_macros_plugins

from include.deployment.warm_house import HERE

HERE.load()
# What the first asset and the first task of a process look for at the providers and among the plugins is found here.
Asset("warm", uri="sluice://warm")
integrate_macros_plugins()
