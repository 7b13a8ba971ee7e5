"""One request through Genesys, as layers around a handler; faults are layers."""
