"""Channels, topics and what is pushed."""
