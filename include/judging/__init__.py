"""Judging: which rooms look at a model together, before a gate decides about it."""
