"""Values of the mock: state, messages, worlds, settings, routes."""
