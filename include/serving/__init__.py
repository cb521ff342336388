"""Serving: a champion in use, over windows of rows or row by row, and the log of everything it ever answered."""
