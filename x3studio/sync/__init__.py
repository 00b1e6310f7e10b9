"""How records travel: flows say what moves, the engine says how, the outbox protocol makes it once."""
