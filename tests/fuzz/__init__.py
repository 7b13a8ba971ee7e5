"""Requests and frames that nobody should send, and what must be as it was after them."""
