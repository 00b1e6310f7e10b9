"""The run monitor: what runs now, what ran before, and the life of every record with its payloads."""
