"""The words of the house: what is asked (specs and gates), what was seen (evidence), what was decided (verdicts).

Nothing here reads a clock, a file, a server or a random number; only the standard library, pydantic and yaml are
imported.
"""
