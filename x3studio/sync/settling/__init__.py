"""Settlements inside a workspace: archived as they came, proven with what is known, made documents."""
