"""Clients of Genesys Cloud that nobody here wrote, unmodified, driving every operation of the mock."""
