"""Sockets, hosts, pages and certificates: what serves the engine."""
