"""The connections page: what is connected, tests that explain themselves, secrets never shown again."""
