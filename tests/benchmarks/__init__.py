"""Measurements; each runs by itself: python -m tests.benchmarks.NAME."""
