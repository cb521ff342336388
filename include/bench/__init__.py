"""What the house promises about speed, measured: every figure beside another one of the same run."""
