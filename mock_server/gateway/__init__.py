"""Answers requests: layers around the handlers of operations; faults are layers."""
