"""Simulators: seeded worlds behind the examples, in which it is known what is signal and when the world changes."""
