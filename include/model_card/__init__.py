"""Model cards: what a version is for, what was seen of it, what was not, and how to make it again."""
