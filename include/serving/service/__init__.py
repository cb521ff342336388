"""The prediction service: rows come in over HTTP, are cleaned and scored as in training, and every answer is logged."""
