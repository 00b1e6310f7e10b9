"""The workbench without a file: decks against naive counting, and each conflict rule against its table."""
