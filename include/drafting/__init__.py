"""Drafting: a first spec for data that nobody has described yet, with the reason for every choice beside it."""
