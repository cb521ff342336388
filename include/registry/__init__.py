"""The registry acts: versions with their evidence, aliases that only a verdict moves, and the ledger of every move."""
