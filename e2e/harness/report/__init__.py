"""Writes a verdict as files: a page for people, a summary for a pull request, JUnit XML for CI, JSON for programs."""

from .files import FILES, empty, read, write

__all__ = ["FILES", "empty", "read", "write"]
