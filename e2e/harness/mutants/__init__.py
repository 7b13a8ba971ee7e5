"""Reads widgets that are wrong in one way, and tabulates by which promise each was found."""
