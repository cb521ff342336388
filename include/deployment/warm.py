"""Loads the house; it is imported by name, as libraries are, by what is about to fork tasks."""

from include.deployment.warm_house import HERE

HERE.load()
