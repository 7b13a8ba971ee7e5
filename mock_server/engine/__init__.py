"""State, journal and wire behind one object, and what acts on it."""
