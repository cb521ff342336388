"""Fleets: one architecture, one model a segment; planned, trained in chunks, judged one by one, put together."""
