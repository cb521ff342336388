"""The verbs of the command line: what each does, and how people see it."""
