"""Steps: what cleaning does, each as SQL over one row, so that training and serving run the same text."""
