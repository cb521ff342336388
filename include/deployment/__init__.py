"""How the house stands on one machine: its folders, its settings and the processes that run it."""
