"""Holds the stories and races by which any widget is judged."""
