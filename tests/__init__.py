"""Tests of the mock and the harness: no browser, seconds. They mirror the packages they test."""
