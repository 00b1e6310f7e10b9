"""The installer's decisions, with the machine replaced at its edges."""
