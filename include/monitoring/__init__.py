"""What became of served predictions: drift by Evidently, here and nowhere else; quality estimated and realised."""
