"""Operators: one a verb, each a thin adapter from a task to a room of the house."""
