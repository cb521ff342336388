"""What a model is worth on rows that it has not seen: metrics, and gains over its rivals, each with where it may lie.

Everything here observes; whether it is enough, a gate decides.
"""
