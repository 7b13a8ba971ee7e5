"""Genesys Cloud, as far as muting a call needs it."""
