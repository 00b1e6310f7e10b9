"""The command line: every verb of the window that makes sense without one, on the same code."""

from x3studio.cli.main import main

__all__ = ["main"]
