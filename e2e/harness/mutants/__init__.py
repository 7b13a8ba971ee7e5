"""Widgets that are wrong in one way, and what tells each from the reference widget."""
