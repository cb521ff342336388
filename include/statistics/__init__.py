"""Numbers from arrays: what a sample says, and how far it can be trusted.

Randomness is injected, and every formula has a source. Only numpy, scipy and the words of the house are imported.
"""
