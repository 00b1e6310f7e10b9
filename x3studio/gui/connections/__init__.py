"""The connections page: what is connected, a test that explains itself, secrets that are never shown again."""
