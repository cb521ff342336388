"""What the data have to look like: expectations gathered from the spec, judged by Great Expectations, told as evidence.

Great Expectations is imported in this room and nowhere else.
"""
