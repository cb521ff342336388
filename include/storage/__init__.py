"""Where bytes are kept: objects under readable keys, in a folder or in a bucket, and what earlier steps left behind."""
