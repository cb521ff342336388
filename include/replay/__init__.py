"""The loop without a scheduler: a model is served, watched and retrained over many windows in minutes."""
