"""Watching: a window of served predictions, looked at from all sides and judged; what it sees, the shelf keeps."""
