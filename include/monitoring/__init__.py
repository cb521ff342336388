"""What the world sends after a promotion: whether it still looks like the data that the champion was trained on.

Evidently is imported in this room and nowhere else; everything here observes, and a gate decides. What was seen of a
window and decided about it is kept on a shelf here, and told as a series.
"""
