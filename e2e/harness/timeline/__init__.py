"""Joins what the pages logged with what the server journaled, by cause, in one order."""
