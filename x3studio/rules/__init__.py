"""Rules that turn a foreign record into an X3 document, each of which says in plain words what it did."""
