"""Data: whatever the source, one immutable snapshot, known by its content, and rows that keep their identity."""
