"""Tests of e2e/setup: nothing is installed and nothing is fetched; every command that would is a fake."""
